import assert from "node:assert/strict";
import { test } from "node:test";
import { createMemo } from "./memo.ts";

void test("a value is computed once, also when asked for twice at the same time; the oldest is forgotten", async () => {
  const memo = createMemo<number>(2);
  let computed = 0;
  const next = (): Promise<number> => Promise.resolve(++computed);
  assert.deepEqual(await Promise.all([memo("a", next), memo("a", next)]), [1, 1]);
  assert.equal(await memo("b", next), 2);
  assert.equal(await memo("a", next), 1);
  assert.equal(await memo("c", next), 3);
  assert.equal(await memo("b", next), 4, "b was asked for longest ago");
});

void test("a failure is not kept, nor a value beyond its time", async () => {
  const memo = createMemo<number>(2, -1);
  await assert.rejects(memo("a", () => Promise.reject(new Error("away"))));
  assert.equal(await memo("a", () => Promise.resolve(1)), 1);
  assert.equal(await memo("a", () => Promise.resolve(2)), 2, "it was out of date at once");
});
