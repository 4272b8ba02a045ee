import assert from "node:assert/strict";
import { test } from "node:test";
import { monthBefore } from "./month-before.ts";

void test("the month before, by the calendar of the zone", () => {
  const at = Date.parse("2026-12-31T15:00:00Z");
  assert.equal(monthBefore(at, "Asia/Seoul"), "2026-12");
  assert.equal(monthBefore(at, "UTC"), "2026-11");
  assert.equal(monthBefore(Date.parse("2026-01-10T00:00:00Z"), "UTC"), "2025-12");
});
