import { readFileSync } from "node:fs";
import { createHash } from "node:crypto";
import type { TestContext } from "node:test";
import { billIdRange } from "../../database/bills/leaf.ts";
import { silentMeter } from "../../jobs/job-meter.ts";
import { promote } from "../../jobs/promote/command.ts";
import type { Channel } from "../../notification/channel.ts";
import { RetryableError } from "../../platform/errors.ts";
import { createLogger } from "../../platform/logger.ts";
import { connect, createPool, type Client, type Pool } from "../../platform/postgres.ts";
import { testPolicy } from "../support/bills.ts";
import { testDatabase } from "../support/postgres.ts";

/** The month that is settled again and again. */
export const PERIOD = "2026-10";

/** A bill of one generation: what is due, and which of two ways its lines say it. */
export interface SettledBill {
  readonly amountMinor: number;
  readonly wording: number;
}

/** A carrier whose bills a test makes up, with the real promotion and the real tables. */
export interface SettledAgain {
  readonly url: string;
  readonly client: Client;
  readonly pool: Pool;
  /**
   * Settles and promotes the next generation; null = no bill for that account. Accounts count from 1. `meanwhile` happens
   * after its messages were planned and before it is live.
   */
  readonly settle: (
    bills: readonly (SettledBill | null)[],
    meanwhile?: () => Promise<void>,
  ) => Promise<number>;
}

/** Accounts without any bill yet; each member can be reached over these channels and has no quiet hours. */
export async function settledAgain(
  t: TestContext,
  accounts: number,
  channels: readonly Channel[] = ["email"],
): Promise<SettledAgain> {
  const { url, connect: open } = await testDatabase(t);
  const client = await open();
  const pool = createPool({ url, applicationName: "tests" }, { size: 2, onIdleError: () => undefined });
  t.after(() => pool.end());
  await client.query(
    `insert into members (id, name_encrypted, email_encrypted, email_index, phone_encrypted, phone_index, language, time_zone)
     select n, '\\x01', '\\x01', int8send(n), case when $2 then '\\x01'::bytea end, case when $2 then int8send(n) end, 'ko',
            'Asia/Seoul'
       from generate_series(1, $1::int) n`,
    [accounts, channels.includes("sms")],
  );
  await client.query(
    `insert into accounts (id, member_id, currency, joined_on)
     select n, n, 'KRW', '2020-01-01' from generate_series(1, $1::int) n`,
    [accounts],
  );
  const document = readFileSync(new URL("../../tariffs/kr-mobile-2026-07.yaml", import.meta.url), "utf8");
  await client.query(
    "insert into tariffs (name, version, currency, document, sha256) values ('kr-mobile', '2026-07', 'KRW', $1, '')",
    [document],
  );
  let generation = 0;
  return {
    url,
    client,
    pool,
    async settle(bills, meanwhile = () => Promise.resolve()) {
      generation++;
      const digest = await insertGeneration(client, generation, bills);
      const promoted = { ...{ period: PERIOD, generation, digest }, channels };
      // As the run's Job does: what was planned by something that has changed since is planned anew.
      await promoteNow(url, promoted, meanwhile).catch(async (error: unknown) => {
        if (!(error instanceof RetryableError)) throw error;
        await promoteNow(url, promoted, () => Promise.resolve());
      });
      return generation;
    },
  };
}

async function insertGeneration(
  client: Client,
  generation: number,
  bills: readonly (SettledBill | null)[],
): Promise<string> {
  const digest = createHash("sha256").update(`${generation}`).digest("hex");
  const month = PERIOD.replace("-", "_");
  await client.query("select create_bill_month(to_date($1, 'YYYY-MM'))", [PERIOD]);
  await client.query(
    `create table bills_${month}_g${generation}_p0 partition of bills_${month}
     for values from (${generation}, 0) to (${generation}, 1)`,
  );
  const present = bills.flatMap((bill, index) => (bill === null ? [] : [{ number: index + 1, ...bill }]));
  await client.query(
    `insert into bills (bill_id, account_id, generation, partition_index, item_count, state, taxable_minor, tax_minor,
                        total_minor, digest, snapshot)
     select $1::bigint + n, n, $2, 0, 0, 'validated', 0, 0, amount, convert_to(amount || '/' || wording, 'UTF8'), '{}'
       from unnest($3::int[], $4::int[], $5::int[]) as b(n, amount, wording)`,
    [
      billIdRange(PERIOD).from,
      generation,
      present.map(({ number }) => number),
      present.map(({ amountMinor }) => amountMinor),
      present.map(({ wording }) => wording),
    ],
  );
  await client.query(`alter table bills_${month}_g${generation}_p0 add primary key (bill_id)`);
  await client.query(
    `with run as (
       insert into bill_runs (id, name, period, tariff_id, spec)
       select gen_random_uuid(), $1::text || '-' || $2::int, to_date($1, 'YYYY-MM'), id, '{}' from tariffs
       returning id, period, tariff_id)
     insert into generations (period, number, run_id, tariff_id, state, partitions, frozen_at, expected_accounts,
                              currency, digest, billed, held, excluded, items, total_minor)
     select period, $2, id, tariff_id, 'verified', 1, now(), $3, 'KRW', decode($4, 'hex'), $3, 0, 0, 0, 0 from run`,
    [PERIOD, generation, present.length, digest],
  );
  return digest;
}

interface PromotedNow {
  readonly period: string;
  readonly generation: number;
  readonly digest: string;
  readonly channels: readonly Channel[];
}

async function promoteNow(
  url: string,
  { channels, ...promoted }: PromotedNow,
  meanwhile: () => Promise<void>,
): Promise<void> {
  const clients: Client[] = [];
  try {
    await promote(
      {
        logger: createLogger("promote", "error"),
        print: () => undefined,
        complain: () => undefined,
        connect: async () => {
          const client = await connect({ url, role: "billing_settlement", applicationName: "tests" });
          clients.push(client);
          interrupt(client, meanwhile);
          return client;
        },
        signal: new AbortController().signal,
        meter: silentMeter,
        fails: () => undefined,
        ofRun: () => undefined,
      },
      {
        ...{ ...promoted, release: "automatic" },
        policy: { ...testPolicy, channelOrder: [...channels], systemQuiet: [], spreadMinutes: 0 },
      },
    );
  } finally {
    await Promise.all(clients.map((client) => client.end()));
  }
}

/** Lets `meanwhile` happen before this connection begins to make the generation live. */
function interrupt(client: Client, meanwhile: () => Promise<void>): void {
  const query = client.query.bind(client) as (...args: unknown[]) => unknown;
  const interrupted = (...args: unknown[]): unknown => {
    const begins = String(args[0]).includes("pg_advisory_xact_lock(hashtext('generations ");
    return begins ? meanwhile().then(() => query(...args)) : query(...args);
  };
  client.query = interrupted as typeof client.query;
}
