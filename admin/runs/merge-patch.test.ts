import assert from "node:assert/strict";
import { test } from "node:test";
import { mergePatch } from "./merge-patch.ts";

void test("a merge patch changes what it names, removes what it nulls, and leaves the rest", () => {
  const spec = {
    suspend: false,
    dispatch: { release: "Automatic", releaseAt: "2026-11-05T09:00:00Z" },
    list: [1, 2],
  };
  assert.deepEqual(mergePatch(spec, { dispatch: { releaseAt: null }, list: [3], fresh: { a: { b: 1 } } }), {
    suspend: false,
    dispatch: { release: "Automatic" },
    list: [3],
    fresh: { a: { b: 1 } },
  });
  assert.equal(spec.dispatch.releaseAt, "2026-11-05T09:00:00Z", "the original stays");
});
