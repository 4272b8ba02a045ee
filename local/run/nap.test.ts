import assert from "node:assert/strict";
import { test } from "node:test";
import { setImmediate as turn } from "node:timers/promises";
import { nap } from "./nap.ts";

const timers = (): number => process.getActiveResourcesInfo().filter((name) => name === "Timeout").length;

test("news and a stop end a nap at once, and no timer is left of it", async () => {
  const before = timers();
  const never = new AbortController().signal;
  await nap(Promise.resolve(undefined), 3_600_000, never);
  await nap(Promise.withResolvers<undefined>().promise, 3_600_000, AbortSignal.abort());
  await nap(Promise.withResolvers<undefined>().promise, 1, never);
  await turn();
  assert.equal(timers(), before);
});
