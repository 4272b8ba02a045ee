import assert from "node:assert/strict";
import { test } from "node:test";
import { BUCKETS, bucketOf } from "./bucket.ts";

test("consecutive groups fill all buckets about evenly", () => {
  const counts = new Array<number>(BUCKETS).fill(0);
  for (let group = 1; group <= 102_400; group++) counts[bucketOf(group)] = (counts[bucketOf(group)] ?? 0) + 1;
  assert.ok(Math.min(...counts) >= 90 && Math.max(...counts) <= 110);
});
