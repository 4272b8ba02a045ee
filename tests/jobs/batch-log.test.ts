import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test, type TestContext } from "node:test";
import { fileURLToPath } from "node:url";
import type { Client } from "../../platform/postgres.ts";
import {
  cloneOf,
  expectDone,
  PERIOD,
  populatedOriginal,
  TARIFF,
  type Carrier,
} from "../settlement/support.ts";
import { testKeys } from "../support/bills.ts";
import { testDatabase } from "../support/postgres.ts";
import { runProgram, type ProgramRun } from "./running.ts";

interface LogRow {
  readonly job: string;
  readonly period: string | null;
  readonly generation: number | null;
  readonly partition: number | null;
  readonly state: string;
  readonly code: string | null;
  readonly total: number;
  readonly succeeded: number;
  readonly failed: number;
}

const MEMBERS = 200;
const month = ["--period", PERIOD];
const tariffFile = fileURLToPath(new URL("../../tariffs/kr-mobile-2026-07.yaml", import.meta.url));

/** The rows that came since the last call, in the order of their ends. Each began before it ended, a moment ago. */
function newRows(client: Client): () => Promise<readonly LogRow[]> {
  let seen = 0;
  return async () => {
    const { rows } = await client.query<LogRow & { readonly id: number; readonly sound: boolean }>(
      `select id, job, to_char(period, 'YYYY-MM') as period, generation, partition_index as partition, state,
              error_code as code, total, succeeded, failed,
              started_at <= finished_at and finished_at - started_at < interval '5 minutes' as sound
         from batch_log where id > $1 order by id`,
      [seen],
    );
    seen = rows.at(-1)?.id ?? seen;
    return rows.map(({ id, sound, ...row }) => {
      assert.ok(sound, `row ${id} has times that cannot be`);
      return row;
    });
  };
}

const noMonth = { period: null, generation: null, partition: null };
const inMonth = { period: PERIOD, generation: 1, partition: null };
const wentWell = { state: "succeeded", code: null };
const failedBy = (code: string): object => ({ state: "failed", code, total: 0, succeeded: 0, failed: 0 });

function files(t: TestContext): (name: string, text: string) => string {
  const folder = mkdtempSync(join(tmpdir(), "batch-log-"));
  t.after(() => {
    rmSync(folder, { recursive: true });
  });
  return (name, text) => {
    const path = join(folder, name);
    if (text !== "") writeFileSync(path, text);
    return path;
  };
}

test("the jobs of a run leave a row each, of what they did or why they did not", async (t) => {
  const carrier: Carrier = await cloneOf(t, await populatedOriginal(t, MEMBERS));
  const rows = newRows(carrier.client);
  await rows();
  const prepare = ["prepare", ...month, "--tariff", TARIFF, "--partitions", "2"];
  const generation = [...month, "--generation", "1"];

  assert.equal((await carrier.run([...prepare.slice(0, 3), "--tariff", "none@1", "--name", "a"])).code, 43);
  assert.deepEqual(await rows(), [
    { job: "prepare", ...inMonth, generation: null, ...failedBy("unknown-tariff") },
  ]);
  expectDone(await carrier.run([...prepare, "--name", "a"]));
  assert.deepEqual(await rows(), [
    { job: "prepare", ...inMonth, ...wentWell, total: 2, succeeded: 2, failed: 0 },
  ]);
  assert.equal((await carrier.run([...prepare, "--name", "b"])).code, 43);
  assert.deepEqual(await rows(), [
    { job: "prepare", ...inMonth, generation: null, ...failedBy("other-run-active") },
  ]);

  const settle = (partition: number): string[] => ["settle", ...generation, "--partition", String(partition)];
  await carrier.client.query("alter table accounts rename column bucket to hidden");
  assert.equal((await carrier.run(settle(0))).code, 1);
  await carrier.client.query("alter table accounts rename column hidden to bucket");
  assert.deepEqual(await rows(), [{ job: "settle", ...inMonth, partition: 0, ...failedBy("42703") }]);
  expectDone(await carrier.run(settle(0)));
  const [first, ...more] = await rows();
  assert.ok(first);
  assert.deepEqual(more, []);
  const [ledger] = await carrier.rows<{ expected: number; billed: number; held: number; excluded: number }>(
    `select expected_accounts as expected, billed, held, excluded from generation_partitions where partition_index = 0`,
  );
  assert.ok(ledger && ledger.billed > 0);
  const { expected: total, billed, excluded, held: failed } = ledger;
  assert.deepEqual(first, {
    ...{ job: "settle", ...inMonth, partition: 0, ...wentWell, total, succeeded: billed + excluded, failed },
  });
  expectDone(await carrier.run(settle(0)));
  assert.deepEqual(await rows(), [], "a partition that is done already is no batch");
  assert.equal((await carrier.run(["settle", ...month, "--generation", "9", "--partition", "0"])).code, 42);
  assert.deepEqual(await rows(), [
    { job: "settle", ...inMonth, generation: 9, partition: 0, ...failedBy("unknown-partition") },
  ]);

  assert.equal((await carrier.run(["verify", ...generation])).code, 43);
  const [unproved] = await rows();
  assert.deepEqual([unproved?.state, unproved?.code], ["failed", "proof-fails"]);
  assert.ok(unproved && unproved.failed > 0 && unproved.succeeded + unproved.failed === unproved.total);
  expectDone(await carrier.run(settle(1)));
  await rows();
  const proved = await carrier.run(["verify", ...generation]);
  expectDone(proved);
  const [proof] = await rows();
  assert.deepEqual([proof?.state, proof?.failed, proof?.total], ["succeeded", 0, proof?.succeeded]);

  const promote = ["promote", ...generation, "--digest"];
  assert.equal((await carrier.run([...promote, "00".repeat(32)])).code, 43);
  assert.deepEqual(await rows(), [{ job: "promote", ...inMonth, ...failedBy("digest-differs") }]);
  const { digest } = JSON.parse(proved.printed.at(-1) ?? "") as { digest: string };
  expectDone(await carrier.run([...promote, digest, "--release", "manual"]));
  const [promotion] = await rows();
  assert.deepEqual(
    [promotion?.job, promotion?.state, promotion?.succeeded, promotion?.failed],
    ["promote", "succeeded", promotion?.total, 0],
  );

  const once = { ...wentWell, total: 1, succeeded: 1, failed: 0 };
  expectDone(await carrier.run(["ledger", "release", ...generation]));
  expectDone(await carrier.run(["ledger", "cancel", ...generation]));
  assert.equal((await carrier.run(["ledger", "abandon", ...generation])).code, 43);
  assert.deepEqual(await rows(), [
    { job: "ledger-release", ...inMonth, ...once },
    { job: "ledger-cancel", ...inMonth, ...once },
    { job: "ledger-abandon", ...inMonth, ...failedBy("ledger-refused") },
  ]);

  const file = files(t);
  const exporting = (kind: string, generationNumber: string): Promise<unknown> =>
    carrier.run(["export", kind, ...month, "--generation", generationNumber, "--out", file("out.csv", "")]);
  await exporting("bills", "1");
  await exporting("items", "9");
  const [exported, ...refused] = await rows();
  assert.deepEqual([exported?.job, exported?.state, exported?.generation], ["export-bills", "succeeded", 1]);
  assert.equal(exported?.total, await carrier.value("select billed from generations"));
  assert.deepEqual(refused, [
    { job: "export-items", ...inMonth, generation: 9, ...failedBy("no-generation") },
  ]);
});

test("what fills the tables leaves a row each: migrate, tariff, generate, import", async (t) => {
  const { url, connect } = await testDatabase(t);
  const client = await connect();
  const rows = newRows(client);
  await rows();
  const run = (...args: string[]): Promise<ProgramRun> =>
    runProgram(args, { DATABASE_URL: url, LOG_LEVEL: "silent", ...testKeys });
  const file = files(t);

  assert.equal((await run("migrate")).code, 0);
  assert.deepEqual(await rows(), [
    { job: "migrate", ...noMonth, ...wentWell, total: 0, succeeded: 0, failed: 0 },
  ]);
  // From one on that creates a table; one of grants alone could be run again.
  const { rows: forgotten } = await client.query<{ name: string }>(
    `delete from schema_migrations
      where id >= (select id from schema_migrations where name = '0024_breakers') returning name`,
  );
  assert.equal((await run("migrate")).code, 1);
  const [again] = await rows();
  assert.deepEqual([again?.job, again?.state], ["migrate", "failed"], JSON.stringify(forgotten));
  assert.match(again?.code ?? "", /^42/, "what it was to add is there already");

  assert.equal((await run("tariff", "record", tariffFile)).code, 0);
  const changed = file("changed.yaml", "");
  writeFileSync(changed, `${readFileSync(tariffFile, "utf8")}\n# changed\n`);
  assert.equal((await run("tariff", "record", changed)).code, 78);
  const once = { ...wentWell, total: 1, succeeded: 1, failed: 0 };
  assert.deepEqual(await rows(), [
    { job: "tariff-record", ...noMonth, ...once },
    { job: "tariff-record", ...noMonth, ...failedBy("tariff-differs") },
  ]);

  const generate = ["generate", "--members", "20", "--workers", "1", ...month];
  assert.equal((await run(...generate)).code, 0);
  assert.equal((await run(...generate)).code, 1);
  const [generated, twice] = await rows();
  assert.deepEqual([generated?.job, generated?.period, generated?.state], ["generate", PERIOD, "succeeded"]);
  assert.ok(generated && generated.total > 20 && generated.succeeded === generated.total);
  assert.deepEqual([twice?.job, twice?.state], ["generate", "failed"]);
  assert.notEqual(twice?.code, "unexpected");

  const header = "record_id,subscription,meter,started_at,quantity";
  const usage = file("usage.csv", `${header}\nr1,999999,voice,2026-10-05T10:00:00+09:00,60\n`);
  assert.equal((await run("import", "usage", usage, "--dry-run")).code, 2);
  assert.deepEqual(await rows(), [], "a dry run does nothing");
  assert.equal((await run("import", "usage", usage)).code, 2);
  const unusable = file("unusable.csv", "no,such,columns\n");
  assert.equal((await run("import", "accounts", unusable)).code, 78);
  assert.deepEqual(await rows(), [
    { job: "import-usage", ...noMonth, ...wentWell, total: 1, succeeded: 0, failed: 1 },
    { job: "import-accounts", ...noMonth, ...failedBy("unusable-file") },
  ]);
});

test("templates leave a row when they are saved and published, or refused", async (t) => {
  const { url, connect } = await testDatabase(t);
  const client = await connect();
  const rows = newRows(client);
  const template = (...args: string[]): Promise<ProgramRun> =>
    runProgram(["template", ...args], { DATABASE_URL: url, LOG_LEVEL: "silent", CARRIER_NAME: "Hanbit" });
  const file = files(t);
  const sms = ["--channel", "sms", "--locale", "ko"];
  const own = file("own.liquid", (await template("show", ...sms)).stdout);
  await rows();
  const broken = file("broken.liquid", "promotional: false\n=== text\n{{ amountDew }}\n");
  assert.equal((await template("save", broken, ...sms)).code, 78);
  assert.equal((await template("save", own, ...sms)).code, 0);
  assert.equal((await template("publish", ...sms)).code, 0);
  assert.equal((await template("publish", ...sms)).code, 78);
  const once = { ...wentWell, total: 1, succeeded: 1, failed: 0 };
  assert.deepEqual(await rows(), [
    { job: "template-save", ...noMonth, ...failedBy("unsound-template") },
    { job: "template-save", ...noMonth, ...once },
    { job: "template-publish", ...noMonth, ...once },
    { job: "template-publish", ...noMonth, ...failedBy("unknown-template") },
  ]);
});
