import type { Client } from "../../platform/postgres.ts";
import { createColumnCipher } from "../../platform/encryption.ts";
import type { FilledServer } from "./filled-server.ts";
import type { SignedIn } from "./signed-in.ts";

/** What calls can be about: all of it exists. */
export interface Samples {
  /** `YYYY-MM`, the newest first. */
  readonly months: readonly string[];
  /** One a month, in the same order. */
  readonly runs: readonly string[];
  /** Runs that have a month before them. */
  readonly compared: readonly string[];
  readonly members: readonly number[];
  readonly accounts: readonly number[];
  readonly emails: readonly string[];
  readonly phones: readonly string[];
  /** Of all months. */
  readonly bills: readonly number[];
  readonly newestBills: readonly number[];
  readonly suppressed: readonly number[];
  readonly orders: readonly string[];
  readonly actors: readonly string[];
  readonly actions: readonly string[];
  /** Highest numbers there are. */
  readonly newest: Readonly<Record<"batch" | "adjustment" | "letter" | "suppression" | "audit", number>>;
  /** Addresses of scripts and styles of the dashboard. */
  readonly shell: readonly string[];
  /** Billing clock. */
  readonly nowMs: number;
}

const howMany = 3_000;

/** Draws them from the database, and the dashboard's files from its first page. */
export async function drawSamples(client: Client, server: FilledServer, page: string): Promise<Samples> {
  const list = async <Value>(sql: string): Promise<Value[]> => {
    const { rows } = await client.query<{ value: Value }>(sql);
    return rows.map(({ value }) => value);
  };
  const most = async (table: string): Promise<number> =>
    (await list<number>(`select coalesce(max(id), 0) as value from ${table}`))[0] ?? 0;
  const { months, runs } = server;
  const [newestMonth = ""] = months;
  // Scattered evenly by a multiplicative hash: neighbours would share their pages.
  const ordinals = Array.from({ length: howMany }, (_, at) => 1 + ((at * 2_654_435_761) % server.members));
  const within = `id = any('{${ordinals.join(",")}}'::bigint[])`;
  const accounts = await list<number>(
    `select id as value from accounts where member_id = any('{${ordinals.join(",")}}'::bigint[])`,
  );
  const billsOf = (month: string): number[] =>
    accounts.map((id) => Number(month.replace("-", "")) * 10_000_000_000 + id);
  const billed = async (candidates: readonly number[]): Promise<number[]> =>
    await list<number>(
      `select bill_id as value from notifications where bill_id = any('{${candidates.join(",")}}')`,
    );
  const newestBills = await billed(billsOf(newestMonth));
  const spread = accounts.flatMap((_, at) => billsOf(months[at % months.length] ?? "")[at] ?? []);
  return {
    ...{ months, runs, compared: runs.slice(0, -1), accounts, newestBills, nowMs: server.nowMs },
    members: await list<number>(`select id as value from members where ${within}`),
    emails: await contacts(client, server, { column: "email", within }),
    phones: await contacts(client, server, { column: "phone", within }),
    bills: await billed(spread),
    suppressed: await list<number>("select member_id as value from suppressed_members limit 500"),
    orders: await list<string>("select id::text as value from delivery_orders limit 500"),
    actors: await list<string>("select distinct actor as value from audit_log order by 1"),
    actions: await list<string>("select distinct action as value from audit_log order by 1"),
    newest: {
      ...{ batch: await most("batch_log"), adjustment: await most("adjustment_orders") },
      ...{ letter: await most("dead_letters"), suppression: await most("suppressions") },
      audit: await most("audit_log"),
    },
    shell: [...page.matchAll(/(?:href|src)="(\/assets\/[^"]+)"/g)].map(([, path = ""]) => path),
  };
}

/** An order that waits for an approver, over all open dead letters of the newest month: what a look at it costs follows from how many. */
export async function keepLargeOrder(
  client: Client,
  person: SignedIn,
  { months: [newest = ""] }: FilledServer,
): Promise<void> {
  const { rows } = await client.query(
    "select from delivery_orders where state = 'pending' and expires_at > clock_timestamp() limit 1",
  );
  if (rows.length > 0) return;
  const target = { kind: "all-letters", period: newest };
  await person.order("/api/v1/messages/redrive", { target, reason: "the provider is back" });
}

/** Contacts in plain, as somebody on the phone says them. */
async function contacts(
  client: Client,
  { keys }: FilledServer,
  { column, within }: { readonly column: "email" | "phone"; readonly within: string },
): Promise<readonly string[]> {
  const cipher = createColumnCipher(keys.ENCRYPTION_KEYS, keys.BLIND_INDEX_KEY);
  const { rows } = await client.query<{ id: number; sealed: Buffer }>(
    `select id, ${column}_encrypted as sealed from members where ${within} and ${column}_encrypted is not null`,
  );
  return rows.map(({ id, sealed }) => cipher.decrypt(sealed, { table: "members", column, row: id }));
}
