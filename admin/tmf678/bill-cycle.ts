import { z } from "zod";
import { liveMonths, type LiveMonth } from "../../database/generations/live-months.ts";
import { monthTariff } from "../api/bills/compiled-tariff.ts";
import { period } from "../api/fields.ts";
import { cursorOf, readCursor } from "../http/keyset.ts";
import type { RequestContext } from "../http/route.ts";
import { hrefOf, tmfResource } from "./resource.ts";
import { billCycle } from "./schemas.ts";
import { tmfDueDate, tmfPeriod } from "./texts.ts";

const name = "billCycle";

/** The months that were billed. */
export const billCycles = tmfResource({
  name,
  summary: "Bill cycles: the months that were billed, the newest first",
  schema: billCycle,
  filter: z.object({}),
  list: async (_filter, { offset, limit, cursor }, context) => {
    const upTo = readCursor(cursor, z.tuple([period]))?.[0];
    const months = await liveMonths(context.pool, { upTo }, offset + limit + 1);
    const shown = months.slice(offset, offset + limit);
    const following = months[offset + limit];
    const items = await Promise.all(shown.map((month) => told(month, context)));
    const whole = cursor === undefined && following === undefined;
    const next = following === undefined ? null : cursorOf([following.period]);
    return { items, next, total: whole ? months.length : null };
  },
  get: async (id, context) => {
    const only = period.safeParse(id).data;
    const [month] = only === undefined ? [] : await liveMonths(context.pool, { only }, 1);
    return month === undefined ? null : await told(month, context);
  },
});

async function told(month: LiveMonth, { pool, letterhead }: RequestContext): Promise<object> {
  const { period: id, promotedAt, tariffId } = month;
  const { compiled } = await monthTariff(pool, id, tariffId);
  return {
    ...{ id, href: hrefOf(name, id), name: id, "@type": "BillCycle" },
    billingDate: promotedAt.toISOString(),
    billingPeriod: tmfPeriod(id, compiled.timeZone),
    paymentDueDate: tmfDueDate(id, letterhead.dueDay, compiled.timeZone),
  };
}
