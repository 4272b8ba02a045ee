import assert from "node:assert/strict";
import { test, type TestContext } from "node:test";
import { setImmediate } from "node:timers/promises";
import { RetryableError } from "../../platform/errors.ts";
import { createWorkQueue, type WorkQueue, type WorkQueueOptions } from "./work-queue.ts";

interface Bench {
  readonly queue: WorkQueue;
  /** Keys whose work has begun, in order. */
  readonly begun: string[];
  /** Ends the oldest work under way of the key. */
  readonly end: (key: string, error?: Error) => Promise<void>;
  readonly stop: () => void;
  readonly stopped: Promise<void>;
}

/** A queue whose work ends when the test says so; timers are the test's. */
async function bench(t: TestContext, options: Partial<WorkQueueOptions> = {}): Promise<Bench> {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const begun: string[] = [];
  const ends: { key: string; settle: (error?: Error) => void }[] = [];
  const queue = createWorkQueue({
    workers: 2,
    backoff: (failures) => 100 * failures,
    onFailed: () => undefined,
    ...options,
    work: (key) => {
      begun.push(key);
      return new Promise((resolve, reject) => {
        ends.push({ key, settle: (error) => (error === undefined ? resolve() : reject(error)) });
      });
    },
  });
  const controller = new AbortController();
  const stopped = queue.run(controller.signal);
  await setImmediate();
  return {
    queue,
    begun,
    stopped,
    stop: () => controller.abort(),
    end: async (key, error) => {
      const at = ends.findIndex((candidate) => candidate.key === key);
      assert.notEqual(at, -1, `${key} is not being worked on`);
      ends.splice(at, 1)[0]?.settle(error);
      await setImmediate();
    },
  };
}

test("a key that waits already is not added twice, and workers are bounded", async (t) => {
  const { queue, begun, end } = await bench(t);
  for (const key of ["a", "b", "c", "c", "d", "c"]) queue.add(key);
  assert.deepEqual(begun, ["a", "b"]);
  assert.equal(queue.depth, 2);
  await end("a");
  await end("b");
  assert.deepEqual(begun, ["a", "b", "c", "d"]);
});

test("a key is worked on in one place at a time; added meanwhile, it runs exactly once more", async (t) => {
  const { queue, begun, end } = await bench(t);
  queue.add("a");
  queue.add("a");
  queue.add("a");
  assert.deepEqual(begun, ["a"]);
  await end("a");
  assert.deepEqual(begun, ["a", "a"]);
  await end("a");
  assert.deepEqual(begun, ["a", "a"]);
});

test("each failure of a key delays it longer, a success starts anew", async (t) => {
  const failed: [string, number][] = [];
  const { queue, begun, end } = await bench(t, { onFailed: (key, _error, ms) => failed.push([key, ms]) });
  const failure = new Error("no");
  queue.add("a");
  await end("a", failure);
  t.mock.timers.tick(99);
  assert.deepEqual(begun, ["a"]);
  t.mock.timers.tick(1);
  await end("a", failure);
  t.mock.timers.tick(200);
  await end("a");
  queue.add("a");
  await end("a", failure);
  assert.deepEqual(failed, [
    ["a", 100],
    ["a", 200],
    ["a", 100],
  ]);
});

test("an error that asks for more time gets it", async (t) => {
  const failed: number[] = [];
  const { queue, end } = await bench(t, { onFailed: (_key, _error, ms) => failed.push(ms) });
  queue.add("a");
  await end("a", new RetryableError("busy", "busy", { retryAfterMs: 5000 }));
  assert.deepEqual(failed, [5000]);
});

test("what was added while the work failed waits with it", async (t) => {
  const { queue, begun, end } = await bench(t);
  queue.add("a");
  queue.add("a");
  await end("a", new Error("no"));
  assert.deepEqual(begun, ["a"]);
  t.mock.timers.tick(100);
  assert.deepEqual(begun, ["a", "a"]);
  await end("a");
  t.mock.timers.tick(1000);
  assert.deepEqual(begun, ["a", "a"]);
});

test("of several delays the earliest counts", async (t) => {
  const { queue, begun, end } = await bench(t);
  queue.addAfter("a", 300);
  queue.addAfter("a", 100);
  queue.addAfter("a", 200);
  t.mock.timers.tick(100);
  assert.deepEqual(begun, ["a"]);
  await end("a");
  t.mock.timers.tick(1000);
  assert.deepEqual(begun, ["a"]);
});

test("a delay of two months does not fire at once", async (t) => {
  const { queue, begun } = await bench(t);
  queue.addAfter("a", 60 * 86_400_000);
  t.mock.timers.tick(1000);
  assert.deepEqual(begun, []);
});

test("stopped, it ends what is under way, starts nothing, and keeps the rest for another run", async (t) => {
  const { queue, begun, end, stop, stopped } = await bench(t, { workers: 1 });
  let ended = false;
  void stopped.then(() => (ended = true));
  for (const key of ["a", "b"]) queue.add(key);
  queue.addAfter("c", 100);
  stop();
  await setImmediate();
  assert.equal(ended, false);
  await end("a");
  await stopped;
  t.mock.timers.tick(1000);
  assert.deepEqual(begun, ["a"]);

  const again = new AbortController();
  void queue.run(again.signal);
  await end("b");
  await end("c");
  again.abort();
  assert.deepEqual(begun, ["a", "b", "c"]);
});

test("a stop before the start ends at once", async () => {
  const queue = createWorkQueue({
    work: () => Promise.reject(new Error("must not run")),
    workers: 1,
    backoff: () => 1,
    onFailed: () => assert.fail("ran"),
  });
  queue.add("a");
  await queue.run(AbortSignal.abort());
  assert.equal(queue.depth, 1);
});

test("depth and durations are told", async (t) => {
  const depths: number[] = [];
  const worked: boolean[] = [];
  const { queue, end } = await bench(t, {
    workers: 1,
    onDepth: (depth) => depths.push(depth),
    onWorked: (seconds, succeeded) => {
      assert.ok(seconds >= 0);
      worked.push(succeeded);
    },
  });
  queue.add("a");
  queue.add("b");
  await end("a", new Error("no"));
  await end("b");
  assert.deepEqual(worked, [false, true]);
  assert.equal(Math.max(...depths), 1);
  assert.equal(depths.at(-1), 0);
});
