import { z } from "zod";
import { readBillRows, type BillRow } from "../../database/bills/bill-rows.ts";
import { billId } from "../../database/bills/leaf.ts";
import { periodOfBill } from "../../database/commands/message-target.ts";
import { liveMonths, type LiveMonth } from "../../database/generations/live-months.ts";
import { billStateOf } from "../api/bills/bill-state.ts";
import { monthTariff } from "../api/bills/compiled-tariff.ts";
import { period } from "../api/fields.ts";
import { cursorOf, readCursor } from "../http/keyset.ts";
import type { RequestContext } from "../http/route.ts";
import { hrefOf, tmfResource, type TmfPage, type TmfRange } from "./resource.ts";
import { customerBill, tmfBillStates } from "./schemas.ts";
import { tmfDueDate, tmfMoney, tmfPeriod } from "./texts.ts";

const name = "customerBill";
const numberText = z
  .string()
  .regex(/^[1-9]\d{0,15}$/, "must be a number")
  .transform(Number);
const instant = z
  .union([z.iso.date(), z.iso.datetime({ offset: true })], { error: "must be a date or an instant" })
  .transform((text) => new Date(text));

const filter = z.object({
  "billingAccount.id": numberText.optional(),
  state: z.enum(tmfBillStates).optional().describe("A page may then be shorter, follow `Link`"),
  "billDate.gte": instant.optional().describe("When the bills of the month became what members owe"),
  "billDate.lt": instant.optional(),
});
type Filter = z.output<typeof filter>;

/** Bills looked at for one page; what is rare by state is found over several. */
const lookedAt = 2_000;
/** Months looked at for one page: five years of one account. */
const mostMonths = 60;
const cursorKey = z.tuple([period, z.int()]);

/** The bills that members owe: of each month the live ones. */
export const customerBills = tmfResource({
  name,
  summary: "Customer bills, the newest month first",
  description:
    "Of each month the live generation; what was superseded is not among them. `appliedPayment` is empty: payments are kept elsewhere, and only the state tells of them.",
  schema: customerBill,
  filter,
  list: listBills,
  get: async (id, context) => {
    const number = numberText.safeParse(id).data;
    const only = number === undefined ? null : periodOfBill(number);
    const [month] = only === null ? [] : await liveMonths(context.pool, { only }, 1);
    if (number === undefined || month === undefined) return null;
    const [row] = await readBillRows(context.pool, [month], { billIds: [number] });
    return row === undefined ? null : await told(row, month, context);
  },
});

async function listBills(asked: Filter, range: TmfRange, context: RequestContext): Promise<TmfPage> {
  const cursor = readCursor(range.cursor, cursorKey);
  const within = {
    promotedFrom: asked["billDate.gte"],
    promotedBefore: asked["billDate.lt"],
    ...(cursor !== null && { upTo: cursor[0] }),
  };
  const months = await liveMonths(context.pool, within, mostMonths + 1);
  const wanted = range.offset + range.limit;
  const { rows, end } = await rowsOf(months.slice(0, mostMonths), asked, { cursor, wanted, context });
  const matching = rows.filter((row) => asked.state === undefined || billStateOf(row) === asked.state);
  const shown = matching.slice(range.offset, wanted);
  const last = shown.at(-1);
  const more = matching.length > wanted && last !== undefined ? cursorOf([last.period, last.billId]) : null;
  const rest = months.length > mostMonths ? (months.at(-1)?.period ?? null) : null;
  const next = more ?? end ?? (rest === null ? null : cursorOf([rest, 0]));
  const byMonth = new Map(months.map((month) => [month.period, month]));
  const items = await Promise.all(shown.map((row) => toldOf(row, byMonth, context)));
  const whole = range.cursor === undefined && next === null;
  const offsetLeft = Math.max(0, range.offset - matching.length);
  return { items, next, offsetLeft, total: whole ? matching.length : totalOf(months, asked, range) };
}

interface Reading {
  readonly cursor: readonly [string, number] | null;
  readonly wanted: number;
  readonly context: RequestContext;
}

/** Rows in the order of the list after the cursor, more than wanted if there are; `end` = where looking stopped early. */
async function rowsOf(
  months: readonly LiveMonth[],
  asked: Filter,
  { cursor, wanted, context: { pool } }: Reading,
): Promise<{ readonly rows: readonly BillRow[]; readonly end: string | null }> {
  const after = (month: string): number => (cursor?.[0] === month ? cursor[1] : 0);
  const accountId = asked["billingAccount.id"];
  if (accountId !== undefined) {
    const billIds = months.map((month) => billId(month.period, accountId));
    const found = await readBillRows(pool, months, { billIds });
    return { rows: found.filter((row) => row.billId > after(row.period)), end: null };
  }
  const budget = asked.state === undefined ? wanted + 1 : Math.max(wanted + 1, lookedAt);
  const rows: BillRow[] = [];
  for (const month of months) {
    const limit = budget - rows.length;
    rows.push(...(await readBillRows(pool, [month], { after: after(month.period), limit })));
    const last = rows.at(-1);
    if (rows.length >= budget && last !== undefined) {
      return { rows, end: cursorOf([last.period, last.billId]) };
    }
  }
  return { rows, end: null };
}

/** Of all bills the ledger knows how many there are; of some it would have to count. */
function totalOf(months: readonly LiveMonth[], asked: Filter, range: TmfRange): number | null {
  const counted = range.cursor === undefined && months.length <= mostMonths;
  if (!counted || asked.state !== undefined || asked["billingAccount.id"] !== undefined) return null;
  return months.reduce((sum, { billed }) => sum + billed, 0);
}

async function toldOf(
  row: BillRow,
  months: ReadonlyMap<string, LiveMonth>,
  context: RequestContext,
): Promise<object> {
  const month = months.get(row.period);
  if (month === undefined) throw new Error(`no month ${row.period}`);
  return await told(row, month, context);
}

async function told(row: BillRow, month: LiveMonth, context: RequestContext): Promise<object> {
  const { compiled } = await monthTariff(context.pool, row.period, month.tariffId);
  const id = String(row.billId);
  const state = billStateOf(row);
  const account = { id: String(row.accountId), "@referredType": "BillingAccount" };
  const money = (minor: number) => tmfMoney(minor, row.currency);
  const { tax, timeZone } = compiled;
  const promotedAt = month.promotedAt.toISOString();
  return {
    ...{ id, href: hrefOf(name, id), billNo: id, category: "normal", runType: month.runType, state },
    ...{ billDate: promotedAt, lastUpdate: promotedAt, "@type": "CustomerBill" },
    amountDue: money(row.totalMinor),
    // How much of it came in is not known here.
    ...(state !== "partiallyPaid" && { remainingAmount: money(state === "settled" ? 0 : row.totalMinor) }),
    taxIncludedAmount: money(row.totalMinor),
    taxExcludedAmount: money(row.totalMinor - row.taxMinor),
    taxItem:
      tax === null
        ? []
        : [
            {
              taxCategory: tax.itemCode.replace(/^tax:/, ""),
              taxRate: tax.percentMicro / 10_000,
              taxAmount: money(row.taxMinor),
            },
          ],
    appliedPayment: [],
    billingAccount: account,
    financialAccount: { ...account, "@referredType": "FinancialAccount" },
    relatedParty: [{ id: String(row.memberId), role: "customer", "@referredType": "Individual" }],
    billingPeriod: tmfPeriod(row.period, timeZone),
    paymentDueDate: tmfDueDate(row.period, context.letterhead.dueDay, timeZone),
  };
}
