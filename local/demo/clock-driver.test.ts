import assert from "node:assert/strict";
import { test } from "node:test";
import { jumpTarget } from "./clock-driver.ts";

function jump(dueAt: string): string {
  return new Date(jumpTarget(Date.parse(dueAt))).toISOString();
}

test("a jump goes half an hour past the due moment, so that a spread leaves together", () => {
  assert.equal(jump("2026-11-02T08:00:00+09:00"), "2026-11-01T23:30:00.000Z");
});

test("a jump ends before the system's quiet hours begin, but never before the due moment", () => {
  assert.equal(jump("2026-11-02T21:45:00+09:00"), "2026-11-02T12:59:00.000Z");
  assert.equal(jump("2026-11-02T21:59:30+09:00"), "2026-11-02T12:59:31.000Z");
  // A member of another zone may be due while it is night in Korea: the next quiet hours there begin a day later.
  assert.equal(jump("2026-11-02T23:00:00+09:00"), "2026-11-02T14:30:00.000Z");
});
