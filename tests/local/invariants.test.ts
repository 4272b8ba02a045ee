import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test, type TestContext } from "node:test";
import { setClockOffsetMs } from "../../database/billing-clock/billing-clock.ts";
import { tariffFile } from "../../local/demo/tariff-file.ts";
import { checkInvariants } from "../../local/invariants/check-invariants.ts";
import { mainProgram } from "../../local/run/local-runner.ts";
import { DEFAULT_POLICY } from "../../notification/policy.ts";
import type { Client } from "../../platform/postgres.ts";
import { testDatabase } from "../support/postgres.ts";

// A check that cannot fail proves nothing: a delivered month on a real database, broken in one way at a time.

const address = { period: "2026-10", generation: 1 };
const releasedAtMs = Date.parse("2026-11-01T00:00:00+09:00");
const folder = mkdtempSync(join(tmpdir(), "invariants-"));
after(() => {
  rmSync(folder, { recursive: true });
});

interface LogLine {
  readonly kind: "accept" | "replay";
  readonly key: string;
  readonly channel: string;
  readonly messageId: string;
  readonly billingAt: string;
}

interface Month {
  /** Names of the invariants that do not hold, after `breaking` the tables and the log; the tables are restored. */
  readonly brokenBy: (sql: string, log?: (lines: LogLine[]) => LogLine[]) => Promise<string[]>;
}

function runProgram(url: string, args: readonly string[]): void {
  const key = (): string => randomBytes(32).toString("base64");
  const secrets = { ENCRYPTION_KEYS: `test:${key()}`, BLIND_INDEX_KEY: key() };
  const environment = { ...process.env, ...secrets, DATABASE_URL: url, LOG_LEVEL: "error" };
  const { status, stderr } = spawnSync(process.execPath, [mainProgram, ...args], { env: environment });
  assert.equal(status, 0, String(stderr));
}

/** Settled and promoted by the program, delivered by hand: one by fallback, one given up, all others by their first channel. */
async function deliveredMonth(t: TestContext): Promise<Month> {
  const database = await testDatabase(t);
  const client = await database.connect();
  runProgram(database.url, ["tariff", "record", tariffFile]);
  runProgram(database.url, ["generate", "--members", "400", "--period", "2026-10"]);
  await setClockOffsetMs(client, releasedAtMs - Date.now());
  const manifest = join(folder, "run.json");
  const tariffRef = { name: "kr-mobile", version: "2026-07" };
  const spec = { period: "2026-10", tariffRef, partitions: 2, parallelism: 2 };
  const head = {
    apiVersion: "billing.telco.dev/v1alpha1",
    kind: "BillingRun",
    metadata: { name: "october" },
  };
  writeFileSync(manifest, JSON.stringify({ ...head, spec }));
  runProgram(database.url, ["local", "run", "-f", manifest, "--until-promoted", "--logs", folder]);
  await client.query(delivery);
  const log = await logOf(client);
  return { brokenBy: (sql, change) => brokenBy(client, sql, change?.([...log]) ?? log) };
}

const delivery = `
  create temp table chosen as
    select bill_id, row_number() over (order by bill_id) as n from notifications where channel_plan = 'email,sms' order by bill_id limit 2;
  insert into notification_attempts (bill_id, generation, message_generation, channel, attempt, seq, outcome, started_at, duration_ms)
    select bill_id, 1, 1, 'email', 1, 1, 'permanent', due_at, 1 from notifications where bill_id in (select bill_id from chosen);
  insert into notification_attempts (bill_id, generation, message_generation, channel, attempt, seq, outcome, started_at, duration_ms)
    select bill_id, 1, 1, 'sms', 1, 2, case n when 1 then 'accepted' else 'permanent' end, due_at + interval '1 second', 1
    from notifications join chosen using (bill_id);
  insert into notification_attempts (bill_id, generation, message_generation, channel, attempt, seq, outcome, started_at, duration_ms)
    select bill_id, 1, 1, channel, 1, 1, 'accepted', due_at, 1 from notifications where bill_id not in (select bill_id from chosen);
  update notifications set state = 'SENT', seq = 1, attempt = 1, provider_message_id = 'sim-' || bill_id;
  update notifications set channel = 'sms' where bill_id in (select bill_id from chosen);
  update notifications set state = 'DEAD', provider_message_id = null where bill_id = (select bill_id from chosen where n = 2);
  insert into dead_letters (bill_id, generation, message_generation, channel, cause)
    select bill_id, 1, 1, 'sms', 'permanent' from chosen where n = 2`;

async function logOf(client: Client): Promise<LogLine[]> {
  const { rows } = await client.query<{ bill_id: number; channel: string; due_at: Date }>(
    "select bill_id, channel, due_at from notifications where state = 'SENT' order by bill_id",
  );
  return rows.map(({ bill_id, channel, due_at }) => ({
    kind: "accept",
    key: `${bill_id}.g1:${channel}:m1`,
    channel,
    messageId: `sim-${bill_id}`,
    billingAt: due_at.toISOString(),
  }));
}

async function brokenBy(client: Client, sql: string, log: readonly LogLine[]): Promise<string[]> {
  const providerLog = join(folder, `${randomBytes(6).toString("hex")}.ndjson`);
  writeFileSync(providerLog, log.map((line) => `${JSON.stringify(line)}\n`).join(""));
  await client.query(`begin; ${sql}`);
  try {
    const checked = await checkInvariants(client, address, {
      providerLog,
      releasedAtMs,
      policy: DEFAULT_POLICY,
    });
    return checked.filter(({ holds }) => !holds).map(({ name }) => name);
  } finally {
    await client.query("rollback");
  }
}

test("every invariant holds of a sound month, and each fails when it is broken", async (t) => {
  const { brokenBy } = await deliveredMonth(t);
  const breaks = async (name: string, sql: string, log?: (lines: LogLine[]) => LogLine[]): Promise<void> => {
    await t.test(`${name} fails`, async () => {
      const broken = await brokenBy(sql, log);
      assert.ok(broken.includes(name), `broken: ${broken.join(", ")}`);
    });
  };
  const first = "(select min(bill_id) from bills)";

  await t.test("the sound month", async () => {
    assert.deepEqual(await brokenBy(""), []);
  });

  await breaks(
    "members-accounted-for",
    "update generation_partitions set excluded = 7 where partition_index = 0",
  );
  await breaks("tables-match-ledger", `delete from bills where bill_id = ${first}`);
  await breaks(
    "items-sum-to-bills",
    `update bill_items set amount_minor = amount_minor + 1 where bill_id = ${first} and line = 1`,
  );
  await breaks("no-negative-bill", `update bills set total_minor = -10 where bill_id = ${first}`);
  await breaks(
    "one-bill-per-account",
    `update bills set account_id = (select max(account_id) from bills) where bill_id = ${first}`,
  );
  await breaks(
    "usage-in-equals-usage-rated",
    "update usage_records set quantity_milli = quantity_milli + 1000000 where record_id = (select min(record_id) from usage_records)",
  );
  await breaks(
    "digests-recomputed",
    `update bills set digest = sha256('other'::bytea) where bill_id = ${first}`,
  );
  await breaks(
    "replay-gives-the-same-bill",
    "update bills set snapshot = (select snapshot from bills order by bill_id desc limit 1)",
  );
  await breaks("digests-chain-to-the-run", "update generations set digest = sha256('other'::bytea)");

  await breaks("one-notification-per-bill", `delete from notifications where bill_id = ${first}`);
  await breaks(
    "every-notification-at-its-end",
    `update notifications set state = 'QUEUED' where bill_id = ${first}`,
  );

  await breaks(
    "counts-are-those-of-the-rows",
    "update notification_counts set messages = messages + 1 where id = (select min(id) from notification_counts)",
  );
  await breaks(
    "counts-are-those-of-the-rows",
    "delete from send_counts where id = (select min(id) from send_counts)",
  );
  await breaks(
    "corrections-name-another-amount",
    `update notifications set told_minor = 1, told_generation = 1 where bill_id = ${first}`,
  );

  await t.test("each-bill-accepted-once: the same bill by two channels", async () => {
    const twice = await brokenBy("", (lines) => {
      const email = lines.find((line) => line.channel === "email");
      assert.ok(email);
      return [...lines, { ...email, key: email.key.replace("email", "sms"), channel: "sms" }];
    });
    assert.deepEqual(twice, ["each-bill-accepted-once"]);
  });
  await breaks("each-bill-accepted-once", "", (lines) => [...lines, ...lines.slice(0, 1)]);
  await breaks("each-bill-accepted-once", "", () => []);
  await breaks("sent-means-accepted", "", (lines) => lines.slice(1));
  await breaks("sent-means-accepted", "update notifications set state = 'CANCELLED' where state = 'SENT'");
  const at = (billingAt: string) => (lines: LogLine[]) =>
    lines.map((line, index) => (index === 0 ? { ...line, billingAt } : line));
  await breaks(
    "nothing-in-quiet-hours",
    `update members set time_zone = 'Asia/Seoul'
     where id = (select member_id from notifications where state = 'SENT' order by bill_id limit 1)`,
    at("2026-11-28T23:30:00+09:00"),
  );
  await breaks("nothing-in-quiet-hours", "update members set quiet_start = 600, quiet_end = 1200");
  await breaks("nothing-before-its-send-day", "update members set send_day = 28");
  await breaks(
    "sms-only-after-email",
    "update notification_attempts set outcome = 'transient' where channel = 'email' and outcome = 'permanent'",
  );
  await breaks(
    "sms-only-after-email",
    "update notification_attempts set seq = seq + 100 where channel = 'email' and outcome = 'permanent'",
  );
  await breaks(
    "attempts-within-ladder",
    `insert into notification_attempts (bill_id, generation, message_generation, channel, attempt, seq, outcome, started_at, duration_ms)
     select ${first}, 1, 1, 'email', n, n + 100, 'transient', now(), 1 from generate_series(2, 7) n`,
  );
  await breaks(
    "gaps-as-the-ladder-says",
    `insert into notification_attempts (bill_id, generation, message_generation, channel, attempt, seq, outcome, started_at, duration_ms)
     select ${first}, 1, 1, 'email', n, n + 100, 'transient', now() + n * interval '1 second', 1 from generate_series(1, 2) n`,
  );
  await breaks(
    "unknown-outcomes-stay-with-their-provider",
    `insert into notification_attempts (bill_id, generation, message_generation, channel, provider, attempt, seq, outcome, started_at, duration_ms)
     select bill_id, 1, 1, channel, 'other', 1, 0, 'unknown', due_at, 1 from notifications where bill_id = ${first}`,
  );
  await breaks(
    "unknown-outcomes-stay-with-their-provider",
    "update notifications set provider = 'other' where state = 'SENT'",
  );
  await breaks("dead-letters-only-when-nothing-was-left", "delete from dead_letters");
  await breaks(
    "dead-letters-only-when-nothing-was-left",
    "update notification_attempts set outcome = 'transient' where channel = 'sms' and outcome = 'permanent'",
  );
  await breaks(
    "dead-letters-only-when-nothing-was-left",
    "update notifications set state = 'SENT' where state = 'DEAD'",
  );
});
