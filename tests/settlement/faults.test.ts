import assert from "node:assert/strict";
import { rmSync } from "node:fs";
import { before, test, type TestContext } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { startPostgres } from "../../local/postgres-server.ts";
import { migrate } from "../../database/migrate.ts";
import { abandonGeneration } from "../../database/run-ledger/abandon-generation.ts";
import { connect } from "../../platform/postgres.ts";
import { serverFolder } from "../support/server-folder.ts";
import {
  Carrier,
  cloneOf,
  digestOf,
  ended,
  expectDone,
  PERIOD,
  populate,
  populatedOriginal,
  recordTariffs,
} from "./support.ts";

const MEMBERS = 300;
let original = "";
/** Digest of the same population settled without any fault. */
let digest = "";

before(async (t) => {
  const url = await populatedOriginal(t as TestContext, MEMBERS);
  const sound = await cloneOf(t as TestContext, url);
  digest = await sound.prove();
  await sound.client.end();
  // Prepared, so that each test begins where workers begin.
  const prepared = await cloneOf(t as TestContext, url);
  expectDone(await prepared.prepare({ partitions: 3 }));
  await prepared.client.end();
  original = prepared.url;
});

const settleArgs = (partition: number): string[] => [
  ...["settle", "--period", PERIOD, "--generation", "1", "--partition", String(partition)],
];

/** Tables of bills, items and messages that are part of nothing. */
const strayTables = `
  select relname from pg_class where relkind = 'r' and not relispartition
    and (relname like 'bills\\_2%' or relname like 'bill\\_items\\_2%' or relname like 'notifications\\_2%')`;

async function assertSoundAfter(carrier: Carrier): Promise<void> {
  for (const partition of [0, 1, 2]) expectDone(await carrier.settle(partition));
  const proof = await carrier.verify();
  expectDone(proof);
  assert.equal(digestOf(proof), digest);
  assert.deepEqual(await carrier.rows(strayTables), []);
  assert.equal(
    await carrier.value("select count(*) from batch_log where job = 'settle' and state = 'succeeded'"),
    3,
  );
  assert.equal(await carrier.value("select count(*) - count(distinct account_id) from bills"), 0);
}

for (const point of ["before-copy", "after-copy", "before-commit", "after-commit"]) {
  test(`a worker killed at settle.${point} leaves all of its partition or nothing, and a rerun ends the same`, async (t) => {
    const carrier = await cloneOf(t, original);
    const killed = await carrier.run(settleArgs(1), { FAULT_POINT: `settle.${point}` });
    assert.equal(killed.code, null, killed.error);
    await carrier.untilAlone();
    const committed = point === "after-commit";
    const expected = committed
      ? await carrier.value<number>("select billed from generation_partitions where partition_index = 1")
      : 0;
    assert.equal(await carrier.value("select count(*) from bills"), expected);
    assert.equal(expected > 0, committed);
    assert.deepEqual(await carrier.rows(strayTables), []);
    assert.deepEqual(
      await carrier.rows("select state, fence from generation_partitions where partition_index = 1"),
      [{ state: committed ? "done" : "running", fence: 1 }],
    );
    await assertSoundAfter(carrier);
    const fence = await carrier.value("select fence from generation_partitions where partition_index = 1");
    assert.equal(fence, committed ? 1 : 2);
  });
}

for (const point of ["after-stage", "before-commit"]) {
  test(`a promotion killed at promote.${point} changes nothing, and a rerun promotes with each message once`, async (t) => {
    const carrier = await cloneOf(t, original);
    await assertSoundAfter(carrier);
    const args = ["promote", "--period", PERIOD, "--generation", "1", "--digest", digest];
    const killed = await carrier.run(args, { FAULT_POINT: `promote.${point}` });
    assert.equal(killed.code, null, killed.error);
    await carrier.untilAlone();
    assert.equal(await carrier.value("select state from generations"), "verified");
    assert.equal(await carrier.value("select count(*) from notifications"), 0);

    expectDone(await carrier.run(args));
    assert.equal(await carrier.value("select state from generations"), "live");
    const billed = await carrier.value<number>("select billed from generations");
    assert.equal(await carrier.value("select count(distinct bill_id) from notifications"), billed);
    assert.equal(await carrier.value("select count(*) from notifications"), billed);
    assert.deepEqual(await carrier.rows(strayTables), []);
  });
}

/** Starts a worker and stops its process while it waits, in the midst of its transaction, for `usage_records`. */
async function pausedWorker(
  carrier: Carrier,
  partition: number,
): Promise<{ resume: () => ReturnType<typeof ended> }> {
  const gate = await carrier.connect();
  await gate.query("begin; lock table usage_records in access exclusive mode");
  const worker = carrier.start(settleArgs(partition), { LOG_LEVEL: "info" });
  const end = ended(worker);
  await carrier.untilWaiting(1);
  worker.kill("SIGSTOP");
  await gate.end();
  return {
    resume: () => {
      worker.kill("SIGCONT");
      return end;
    },
  };
}

test("of two workers at one partition, the one that slept changes nothing", async (t) => {
  const carrier = await cloneOf(t, original);
  const sleeper = await pausedWorker(carrier, 1);
  expectDone(await carrier.settle(1));
  const before = await carrier.rows("select * from generation_partitions order by partition_index");
  const late = await sleeper.resume();
  assert.equal(late.code, 75, late.error);
  assert.deepEqual(
    await carrier.rows("select * from generation_partitions order by partition_index"),
    before,
  );
  await assertSoundAfter(carrier);
});

test("two workers that run at the same time leave one set of bills", async (t) => {
  const carrier = await cloneOf(t, original);
  const outcomes = await Promise.all([1, 2, 3, 4].map(() => carrier.settle(1)));
  const codes = outcomes.map((outcome) => outcome.code);
  assert.ok(codes.includes(0) && codes.every((code) => code === 0 || code === 75), JSON.stringify(outcomes));
  await assertSoundAfter(carrier);
});

test("a generation given up while a worker sleeps gets no bill of it, and later workers end with 43", async (t) => {
  const carrier = await cloneOf(t, original);
  const sleeper = await pausedWorker(carrier, 1);
  assert.equal(await abandonGeneration(carrier.client, { period: PERIOD, generation: 1 }), true);
  const late = await sleeper.resume();
  assert.equal(late.code, 75, late.error);
  const program = await carrier.run(settleArgs(0));
  assert.equal(program.code, 43, program.error);
  assert.equal(await carrier.value("select count(*) from bills"), 0);
  assert.deepEqual(await carrier.rows(strayTables), []);
  assert.deepEqual(
    await carrier.rows("select distinct state from generation_partitions where state = 'done'"),
    [],
  );
  const verified = await carrier.verify();
  assert.equal(verified.code, 43);
  assert.match(verified.error, /abandoned/);
});

test("a worker that is told to stop ends with 75 and nothing written; one of no such partition with 42", async (t) => {
  const carrier = await cloneOf(t, original);
  const gate = await carrier.connect();
  await gate.query("begin; lock table usage_records in access exclusive mode");
  const worker = carrier.start(settleArgs(2));
  const end = ended(worker);
  await carrier.untilWaiting(1);
  worker.kill("SIGTERM");
  await sleep(100);
  await gate.end();
  const stopped = await end;
  assert.equal(stopped.code, 75, stopped.error);
  assert.equal(await carrier.value("select count(*) from bills"), 0);
  const unknown = await carrier.run(settleArgs(3));
  assert.equal(unknown.code, 42);
  assert.match(unknown.error, /there is no partition 3/);
  await assertSoundAfter(carrier);
});

test("PostgreSQL killed in the midst of a partition: the worker fails, and after recovery a rerun ends the same", async (t) => {
  const dataDir = await serverFolder("postgres");
  const settings = { shared_buffers: "64MB", max_wal_size: "512MB" };
  let server = await startPostgres({ dataDir, settings });
  await migrate(server.url);
  const first = await connect({ url: server.url, applicationName: "tests" });
  await recordTariffs(first);
  await populate(server.url, MEMBERS);
  const carrier = new Carrier(server.url, first);
  expectDone(await carrier.prepare({ partitions: 3 }));
  expectDone(await carrier.settle(0));
  const sleeper = await pausedWorker(carrier, 1);
  first.on("error", () => undefined);
  await server.kill9();
  const failed = await sleeper.resume();
  assert.equal(failed.code, 1, failed.error);

  server = await startPostgres({ dataDir, port: server.connection.port, settings });
  const second = await connect({ url: server.url, applicationName: "tests" });
  t.after(async () => {
    await second.end();
    await server.stop();
    rmSync(dataDir, { recursive: true, force: true });
  });
  const again = new Carrier(server.url, second);
  assert.equal(await again.value("select count(distinct partition_index) from bills"), 1);
  assert.deepEqual(await again.rows(strayTables), []);
  await assertSoundAfter(again);
});
