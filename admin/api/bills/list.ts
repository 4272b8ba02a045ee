import { z } from "zod";
import { readBillRows, type BillRow } from "../../../database/bills/bill-rows.ts";
import { billId } from "../../../database/bills/leaf.ts";
import type { GenerationAddress } from "../../../database/generations/address.ts";
import { listBilledGenerations } from "../../../database/generations/list-billed-generations.ts";
import { liveGeneration } from "../../../database/generations/load-generation.ts";
import { accountIdsOf } from "../../../database/members/account-ids.ts";
import type { Queryable } from "../../../platform/postgres.ts";
import { cursorOf, readCursor, toPage, type Page } from "../../http/keyset.ts";
import { HttpProblem } from "../../http/problem.ts";
import { listRoute, type Route } from "../../http/route.ts";
import { period } from "../fields.ts";
import { billStateOf } from "./bill-state.ts";
import { billFilter, billSummary } from "./schemas.ts";
import { toldBill } from "./told-bill.ts";

/** Bills looked at for one page of a month by state: what is rare is found over several pages, each as fast as any. */
const lookedAt = 2_000;
/** A page is looked for among so many times as many bills until it is full: what is common is found among the first. */
const lookedGrowth = 4;
/** Generations looked at for one page of a member's bills: two years of months with a correction each. */
const generationsLookedAt = 48;

type Filter = z.output<typeof billFilter> & { readonly limit: number; readonly cursor?: string | undefined };

/** Bills of a member or an account, the newest first; or of a month, by number. */
export const listBills: Route = listRoute({
  path: "/bills",
  role: "viewer",
  tag: "Bills",
  summary: "Bills of a member, an account or a month",
  query: billFilter,
  item: billSummary,
  list: async ({ query }, { pool }) => {
    const { memberId, accountId, period: month, generation } = query;
    if (generation !== undefined && month === undefined) throw missing("generation", "goes with period");
    if (accountId !== undefined) return await ofAccounts(pool, query, [accountId]);
    if (memberId !== undefined) return await ofAccounts(pool, query, await accountIdsOf(pool, memberId));
    if (month === undefined) throw missing("period", "give memberId, accountId or period");
    return await ofMonth(pool, query, month);
  },
});

function missing(field: string, message: string): HttpProblem {
  return new HttpProblem(400, "invalid-request", "what was sent is wrong; see errors", {
    fields: [{ in: "query", field, message }],
  });
}

async function ofMonth(client: Queryable, filter: Filter, month: string): Promise<Page<Told>> {
  const after = readCursor(filter.cursor, z.tuple([z.int()]))?.[0] ?? 0;
  const generation = filter.generation ?? (await liveGeneration(client, month));
  if (generation === null) return { items: [], next: null };
  const { rows, end } = await lookThrough(client, filter, { period: month, generation, after });
  const page = toPage(rows, filter.limit, ({ billId: id }) => [id]);
  const next = page.next ?? (end === null ? null : cursorOf([end]));
  return { items: page.items.map(toldBill), next };
}

/** Bills in the state that is asked for, more than a page of them if there are; `end` = where looking stopped early. */
async function lookThrough(
  client: Queryable,
  filter: Filter,
  { after, ...address }: GenerationAddress & { readonly after: number },
): Promise<{ readonly rows: readonly BillRow[]; readonly end: number | null }> {
  const found: BillRow[] = [];
  let position = after;
  let looked = 0;
  for (let step = filter.limit + 1; looked < lookedAt && found.length <= filter.limit; step *= lookedGrowth) {
    const limit = Math.min(step, lookedAt - looked);
    const rows = await readBillRows(client, [address], { after: position, limit });
    found.push(...rows.filter(inState(filter)));
    if (rows.length < limit) return { rows: found, end: null };
    looked += rows.length;
    position = rows.at(-1)?.billId ?? position;
  }
  return { rows: found, end: position };
}

type Told = ReturnType<typeof toldBill>;
const memberKey = z.tuple([period, z.int(), z.int()]);

async function ofAccounts(
  client: Queryable,
  filter: Filter,
  accountIds: readonly number[],
): Promise<Page<Told>> {
  const [month = "", generation = 0, number = 0] = readCursor(filter.cursor, memberKey) ?? [];
  const { generations, more } = await generationsOf(client, filter, { period: month, generation });
  const billIds = generations.flatMap((address) => accountIds.map((id) => billId(address.period, id)));
  const all = await readBillRows(client, generations, { billIds: [...new Set(billIds)] });
  const isNext = (row: BillRow): boolean =>
    row.period !== month || row.generation !== generation || row.billId > number;
  const rows = all.filter(isNext).filter(inState(filter));
  const page = toPage(rows, filter.limit, (row) => [row.period, row.generation, row.billId]);
  const last = generations.at(-1);
  const end = [last?.period ?? "", last?.generation ?? 0, Number.MAX_SAFE_INTEGER];
  const next = page.next ?? (more ? cursorOf(end) : null);
  return { items: page.items.map(toldBill), next };
}

/** The next generations of the list, the one that the cursor stands in among them. */
async function generationsOf(
  client: Queryable,
  filter: Filter,
  cursor: GenerationAddress,
): Promise<{ readonly generations: readonly GenerationAddress[]; readonly more: boolean }> {
  const { period: month, generation, every } = filter;
  if (month !== undefined && generation !== undefined) {
    return { generations: [{ period: month, generation }], more: false };
  }
  const before = cursor.period === "" ? null : { period: cursor.period, generation: cursor.generation + 1 };
  const found = await listBilledGenerations(
    client,
    { period: month, liveOnly: every === "false", before },
    generationsLookedAt + 1,
  );
  return { generations: found.slice(0, generationsLookedAt), more: found.length > generationsLookedAt };
}

function inState({ state }: Filter): (row: BillRow) => boolean {
  return (row) => state === undefined || billStateOf(row) === state;
}
