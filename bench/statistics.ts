/**
 * What the counts of messages cost the delivery path, and how long their readers take: `node bench/statistics.ts [messages]`.
 * A million messages on a server of its own; the statements of dispatcher and consumers move blocks of 10,000, by turns with and
 * without the triggers that count, and the readers are timed at the beginning, in the middle and at the end.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { billIdRange } from "../database/bills/leaf.ts";
import { claimDeliverableBills } from "../database/deliverable-bills/claim.ts";
import { migrate } from "../database/migrate.ts";
import { attachStagedLeaf, createStagedLeaf, indexStagedLeaf } from "../database/notifications/leaf.ts";
import { queueDue } from "../database/notifications/queue-due.ts";
import { writeResults } from "../database/notifications/write-results.ts";
import { observeNotifications } from "../database/run-ledger/observe-notifications.ts";
import { dueHistogram } from "../database/statistics/due-histogram.ts";
import { foldCounts } from "../database/statistics/fold-counts.ts";
import { messageCounts } from "../database/statistics/message-counts.ts";
import { oldestMessages } from "../database/statistics/oldest-messages.ts";
import { sendResults } from "../database/statistics/send-results.ts";
import { startPostgres } from "../local/postgres-server.ts";
import { connect, type Client } from "../platform/postgres.ts";
import { median } from "./operator/median.ts";

const messages = Number(process.argv[2] ?? 1_000_000);
const address = { period: "2026-10", generation: 1 };
const block = 10_000;
const blocks = 20;
const claimBatch = 500;
type OpenState = Parameters<typeof oldestMessages>[2][number]["state"];
const open: ReadonlySet<string> = new Set(["SCHEDULED", "QUEUED", "SENDING", "UNKNOWN", "DEAD"]);

const dataDir = mkdtempSync(join(tmpdir(), "bench-statistics-"));
const settings = { shared_buffers: "1GB", max_wal_size: "8GB" };
const server = await startPostgres({ dataDir, settings });
try {
  await migrate(server.url);
  const client = await connect({ url: server.url, applicationName: "bench" });
  await fill(client);
  await readers(client, "beginning");
  await delivery(client);
  await rest(client, 2);
  await readers(client, "middle");
  await rest(client, 1);
  await readers(client, "end");
  await client.end();
} finally {
  await server.stop();
  rmSync(dataDir, { recursive: true, force: true });
}

async function fill(client: Client): Promise<void> {
  const { from } = billIdRange(address.period);
  await client.query(
    `insert into members (id, name_encrypted, email_encrypted, language, time_zone)
     select n, '\\x01', '\\x01', 'ko', 'Asia/Seoul' from generate_series(1, ${messages}) n;
     insert into tariffs (name, version, currency, document, sha256) values ('t', '1', 'KRW', '', '');
     with run as (
       insert into bill_runs (id, name, period, tariff_id, spec)
       select gen_random_uuid(), 'bench', '2026-10-01', id, '{}' from tariffs returning id, period, tariff_id)
     insert into generations (period, number, run_id, tariff_id, state, partitions, frozen_at, expected_accounts, currency,
                              promoted_at, released_at)
     select period, 1, id, tariff_id, 'live', 1, now(), ${messages}, 'KRW', now(), now() from run;
     select create_bill_month('2026-10-01');
     create table bills_2026_10_g1_p0 partition of bills_2026_10 for values from (1, 0) to (1, 1);
     insert into bills (bill_id, account_id, generation, partition_index, item_count, state, taxable_minor, tax_minor,
                        total_minor, digest, snapshot)
     select ${from} + n, n, 1, 0, 0, 'validated', 1, 1, 2, '', '{}' from generate_series(1, ${messages}) n;
     alter table bills_2026_10_g1_p0 add primary key (bill_id)`,
  );
  const leaf = await createStagedLeaf(client, address);
  await client.query(
    `insert into ${leaf} (bill_id, member_id, generation, partition_index, state, channel, channel_plan, reason, due_at)
     select ${from} + n, n, 1, 0, 'SCHEDULED', 'email', 'email,sms', 'send-day',
            billing_now() - interval '1 hour' + case when n <= ${(blocks + 2) * block} then interval '0' else n % 672 * interval '1 hour' end
       from generate_series(1, ${messages}) n`,
  );
  await indexStagedLeaf(client, address);
  await attachStagedLeaf(client, address);
  await client.query("vacuum analyze");
  await client.query("checkpoint");
}

async function readers(client: Client, when: string): Promise<void> {
  const queries: Readonly<Record<string, () => Promise<unknown>>> = {
    "counts by state, channel, reason": () => messageCounts(client, address),
    "what is due when": () => dueHistogram(client, address),
    "queue: counts and the oldest in each open state": async () => {
      const counts = await messageCounts(client, address);
      const places = counts.flatMap(({ state, channel }) =>
        open.has(state) ? [{ state: state as OpenState, channel }] : [],
      );
      return await oldestMessages(client, address, places);
    },
    "results over time": () => sendResults(client, address, { spanMinutes: 60, since: null }),
    "the operator's look": () => observeNotifications(client, address),
    "count(*) by state, for comparison": () =>
      client.query("select state, count(*) from notifications group by state"),
  };
  const { rows } = await client.query("select count(*) as sums from notification_counts");
  process.stdout.write(`${when}: ${JSON.stringify(rows[0])}\n`);
  for (const [name, query] of Object.entries(queries)) {
    const times: number[] = [];
    for (let turn = 0; turn < 5; turn++) {
      const start = performance.now();
      await query();
      times.push(performance.now() - start);
    }
    const [first = 0] = times;
    process.stdout.write(`  ${name}: first ${first.toFixed(1)} ms, median ${median(times).toFixed(1)} ms\n`);
  }
}

async function delivery(client: Client): Promise<void> {
  const zero = { warm: 0, on: 0, off: 0 };
  const ms = { queue: { ...zero }, claim: { ...zero }, results: { ...zero } };
  for (let turn = -2; turn < blocks; turn++) {
    // The first two are for the caches.
    const counted = turn < 0 ? "warm" : turn % 2 === 0 ? "on" : "off";
    await triggers(client, counted !== "off");
    for (let moved = 0; moved < block; moved += 1_000) {
      let start = performance.now();
      const { rows } = await queueDue(client, address, "email", 1_000);
      ms.queue[counted] += performance.now() - start;
      for (let at = 0; at < rows.length; at += claimBatch) {
        const batch = rows.slice(at, at + claimBatch);
        const billIds = batch.map(({ billId }) => billId);
        start = performance.now();
        const seqs = batch.map(({ seq }) => seq);
        await claimDeliverableBills(client, {
          ...{ ...address, channel: "email", contact: "email", leaseMs: 60_000, billIds, seqs },
          ...{ providers: ["a"], chosen: seqs.map(() => 0) },
        });
        ms.claim[counted] += performance.now() - start;
        start = performance.now();
        await writeResults(client, address, resultsOf(batch));
        ms.results[counted] += performance.now() - start;
      }
      if (counted === "on" && moved % 5_000 === 0) await foldCounts(client, 300);
    }
  }
  await triggers(client, true);
  // What was moved uncounted.
  await client.query("truncate notification_counts; select count_attached_messages('notifications')");
  for (const [statement, { on, off }] of Object.entries(ms)) {
    const perSecond = (time: number): string =>
      Math.round((block * blocks * 500) / time).toLocaleString("en-US");
    const cost = ((on / off - 1) * 100).toFixed(1);
    process.stdout.write(`${statement}: ${perSecond(on)} rows/s counted, ${perSecond(off)} not: ${cost} %\n`);
  }
}

function resultsOf(batch: readonly { billId: number; seq: number }[]): Parameters<typeof writeResults>[2] {
  const common = {
    messageGeneration: 1,
    channel: "email",
    provider: "a",
    attempt: 1,
    providerMessageId: "p",
  };
  return {
    results: batch.map(({ billId, seq }) => ({
      ...{ ...common, billId, seq, state: "SENT", unknownOutcomes: 0, reason: "sent", dueAtMs: null },
    })),
    attempts: batch.map(({ billId, seq }) => ({
      ...{ ...common, billId, seq, outcome: "accepted", detail: "http-200" },
      ...{ addressIndex: null, startedAtMs: Date.now(), durationMs: 1_000 },
    })),
    deadLetters: [],
  };
}

async function triggers(client: Client, enabled: boolean): Promise<void> {
  const word = enabled ? "enable" : "disable";
  await client.query(`alter table notifications ${word} trigger notifications_count_updates`);
  await client.query(`alter table notification_attempts ${word} trigger notification_attempts_count`);
}

/** Sends one in `share` of what waits, in statements of 20,000; some are being sent, some have no known outcome. */
async function rest(client: Client, share: number): Promise<void> {
  const waiting = await client.query<{ id: number }>(
    `select bill_id as id from notifications
      where state in ('SCHEDULED', 'SENDING', 'UNKNOWN') and bill_id % ${share} = 0`,
  );
  for (let at = 0; at < waiting.rows.length; at += block) {
    const ids = waiting.rows.slice(at, at + block).map(({ id }) => id);
    // In the middle, as many are being sent, and of unknown outcome, as several busy consumers have.
    const middle = "case bill_id / 2 % 100 when 0 then 'SENDING' when 1 then 'UNKNOWN' else 'SENT' end";
    const state = share === 1 ? "'SENT'" : middle;
    await client.query(
      `update notifications set state = (${state})::notification_state, reason = 'sent', lease_until = now()
        where bill_id = any($1::bigint[])`,
      [ids],
    );
  }
  await foldCounts(client, 1);
}
