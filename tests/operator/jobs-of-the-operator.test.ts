import assert from "node:assert/strict";
import { test, type TestContext } from "node:test";
import { ExitCode } from "../../platform/exit-codes.ts";
import { type Carrier, cloneOf, expectDone, populatedOriginal } from "../settlement/support.ts";

// What the operator's Jobs run, as processes: the changes of the ledger, and indexes that stand for other partitions.

let original: Promise<string> | undefined;

async function carrier(t: TestContext): Promise<Carrier> {
  original ??= populatedOriginal(t, 60);
  return await cloneOf(t, await original);
}

function ledger(c: Carrier, change: string, generation = 1): ReturnType<Carrier["run"]> {
  return c.run(["ledger", change, "--period", "2026-10", "--generation", String(generation)]);
}

test("abandon gives a period free, twice as well as once; a live generation cannot be given up", async (t) => {
  const c = await carrier(t);
  expectDone(await c.prepare({ partitions: 2 }));
  for (const outcome of ["abandoned", "abandoned already"]) {
    const ended = await ledger(c, "abandon");
    assert.equal(ended.code, ExitCode.done, ended.error);
    assert.deepEqual(JSON.parse(ended.printed[0] ?? ""), { period: "2026-10", generation: 1, outcome });
  }
  await c.goLive({ generation: 2 });
  const refused = await ledger(c, "abandon", 2);
  assert.equal(refused.code, ExitCode.jobHopeless);
  assert.match(
    refused.error,
    /generation 2 of 2026-10 is live; only one that never became live can be given up/,
  );
  assert.equal((await ledger(c, "abandon", 7)).code, ExitCode.jobHopeless);
});

test("release lets the messages of a live generation leave, and keeps the first instant", async (t) => {
  const c = await carrier(t);
  expectDone(await c.prepare({ partitions: 2 }));
  assert.equal((await ledger(c, "release")).code, ExitCode.jobHopeless, "it is not live");
  expectDone(await ledger(c, "abandon"));
  await c.goLive({ generation: 2, release: "manual" });
  const released = (): Promise<string> =>
    c.value("select released_at::text from generations where number = 2");
  assert.equal(await released(), null);
  expectDone(await ledger(c, "release", 2));
  const first = await released();
  expectDone(await ledger(c, "release", 2));
  assert.equal(await released(), first);
});

test("cancel cancels what is not on its way, and nothing else", async (t) => {
  const c = await carrier(t);
  await c.goLive();
  await c.rows("update notifications set state = 'SENT' where bill_id % 2 = 0");
  const ended = await ledger(c, "cancel");
  const open = await c.value<number>("select count(*) from notifications where state = 'CANCELLED'");
  assert.match(ended.printed[0] ?? "", new RegExp(`"${open} messages cancelled"`));
  assert.ok(open > 0);
  assert.equal(
    await c.value("select count(*) from notifications where state not in ('CANCELLED', 'SENT')"),
    0,
  );
});

test("an index counts through PARTITIONS; without them it is the partition", async (t) => {
  const c = await carrier(t);
  expectDone(await c.prepare({ partitions: 4 }));
  const settle = ["settle", "--period", "2026-10", "--generation", "1"];
  const done = async (): Promise<number[]> =>
    (
      await c.rows<{ index: number }>(
        "select partition_index as index from generation_partitions where state = 'done' order by 1",
      )
    ).map(({ index }) => index);
  expectDone(await c.run(settle, { JOB_COMPLETION_INDEX: "1", PARTITIONS: "0,2-3" }));
  assert.deepEqual(await done(), [2]);
  expectDone(await c.run(settle, { JOB_COMPLETION_INDEX: "1" }));
  assert.deepEqual(await done(), [1, 2]);
  for (const PARTITIONS of ["0,2-3", ""]) {
    const beyond = await c.run(settle, { JOB_COMPLETION_INDEX: "3", PARTITIONS });
    assert.equal(beyond.code, ExitCode.badConfig, PARTITIONS);
    assert.match(beyond.error, /none at place 3/);
  }
});
