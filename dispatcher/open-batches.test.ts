import assert from "node:assert/strict";
import { setImmediate as nextTurn } from "node:timers/promises";
import { test } from "node:test";
import { createOpenBatches } from "./open-batches.ts";

/** Whether the promise is settled by now. */
async function settled(promise: Promise<unknown>): Promise<boolean> {
  let done = false;
  const mark = (): void => {
    done = true;
  };
  promise.then(mark, mark);
  await nextTurn();
  return done;
}

void test("there is room for as many as may be open, and for one more when one has ended", async () => {
  const batches = createOpenBatches(2);
  const [first, second] = [Promise.withResolvers<undefined>(), Promise.withResolvers<undefined>()];
  for (const { promise } of [first, second]) {
    await batches.room();
    batches.add(promise);
  }
  const third = batches.room();
  assert.equal(await settled(third), false);
  second.resolve(undefined);
  await third;
  first.resolve(undefined);
  await batches.drain();
});

void test("a batch that does not get through is told of once, to whoever asks next", async () => {
  const batches = createOpenBatches(2);
  batches.add(Promise.reject(new Error("no broker")));
  await nextTurn();
  await assert.rejects(batches.room(), /no broker/);
  await batches.room();
});

void test("draining waits for every batch, also after one has failed", async () => {
  const batches = createOpenBatches(2);
  const slow = Promise.withResolvers<undefined>();
  batches.add(Promise.reject(new Error("no broker")));
  batches.add(slow.promise);
  const drained = batches.drain();
  assert.equal(await settled(drained), false);
  slow.resolve(undefined);
  await assert.rejects(drained, /no broker/);
});
