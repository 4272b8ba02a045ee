import type { z } from "zod";
import { creditedMinor } from "../../../database/adjustments/credited.ts";
import { readBillRows } from "../../../database/bills/bill-rows.ts";
import { listBilledGenerations } from "../../../database/generations/list-billed-generations.ts";
import { loadGeneration } from "../../../database/generations/load-generation.ts";
import { loadTariff } from "../../../database/tariffs/load-tariff.ts";
import { lookAtMessage } from "../../../desk/orders/look-at-message.ts";
import type { OrderChance } from "../../../notification/open-orders.ts";
import { dueOn } from "../../../notification/templates/letterhead.ts";
import { billIdParam } from "../fields.ts";
import { notFound } from "../../http/problem.ts";
import { readRoute, type Route } from "../../http/route.ts";
import { addressOfBill } from "./bill-on-file.ts";
import { bill, ofGeneration, type messageAction } from "./schemas.ts";
import { toldBill } from "./told-bill.ts";

/** Generations of one month: settled again more often than this, only the newest are listed. */
const mostGenerations = 50;

/** One bill, with the other generations of its month. */
export const getBill: Route = readRoute({
  path: "/bills/{billId}",
  role: "viewer",
  tag: "Bills",
  summary: "One bill: sums, tariff, message and what may be ordered for it, its other generations",
  params: billIdParam,
  query: ofGeneration,
  answer: bill,
  read: async ({ params: { billId }, query: { generation } }, { pool, letterhead }) => {
    const address = await addressOfBill(pool, { billId, generation });
    const [row] = await readBillRows(pool, [address], { billIds: [billId] });
    const ledger = await loadGeneration(pool, address);
    if (row === undefined || ledger === null) throw notFound(`bill ${billId}`);
    const month = { period: address.period, liveOnly: false };
    const generations = await listBilledGenerations(pool, month, mostGenerations);
    const others = await readBillRows(pool, generations, { billIds: [billId] });
    const tariff = await loadTariff(pool, { id: ledger.tariffId });
    return {
      ...toldBill(row),
      run: ledger.runName,
      tariff: `${tariff.name}@${tariff.version}`,
      digest: row.digest.toString("hex"),
      dueOn: dueOn(address.period, letterhead.dueDay),
      creditedMinor: await creditedMinor(pool, billId),
      actions: (await lookAtMessage(pool, billId)).map(actionOf),
      generations: generations.map((other) => ({
        generation: other.generation,
        state: other.state,
        totalMinor: totalIn(others, other.generation),
      })),
    };
  },
});

interface Action {
  readonly action: z.output<typeof messageAction>;
  readonly allowed: boolean;
  readonly why: string;
}

function actionOf({ kind, why }: OrderChance): Action {
  return { action: kind === "let-go" ? "release" : kind, allowed: why === null, why: why ?? "" };
}

function totalIn(
  rows: readonly { readonly generation: number; readonly totalMinor: number }[],
  generation: number,
): string | null {
  const row = rows.find((other) => other.generation === generation);
  return row === undefined ? null : String(row.totalMinor);
}
