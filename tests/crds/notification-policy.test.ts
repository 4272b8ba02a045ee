import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { durationMs } from "../../crds/duration.ts";
import { notificationPolicySpec } from "../../crds/notification-policy.ts";
import { CHANNELS } from "../../notification/channel.ts";
import { DEFAULT_POLICY } from "../../notification/policy.ts";
import { quietWindowProblems } from "../../notification/quiet-window.ts";

test("an empty NotificationPolicy says what the default policy does", () => {
  const spec = notificationPolicySpec.parse({});
  const { breaker, deliverWithinMs, leaseMs, maxUnknownOutcomes, spreadMinutes } = DEFAULT_POLICY;
  assert.deepEqual(spec.channels, DEFAULT_POLICY.channelOrder);
  assert.deepEqual(spec.quietHours.map(minutesOf), DEFAULT_POLICY.systemQuiet);
  for (const channel of CHANNELS) {
    const { delays, jitterPercent } = spec.retries[channel];
    const ladder = { delaysMs: delays.map(durationMs), jitterFraction: jitterPercent / 100 };
    assert.deepEqual(ladder, DEFAULT_POLICY.ladders[channel]);
  }
  assert.deepEqual(
    [durationMs(spec.releaseSpread), durationMs(spec.lease), spec.maxUnknownOutcomes, spec.holidays],
    [spreadMinutes * 60_000, leaseMs, maxUnknownOutcomes, DEFAULT_POLICY.holidays],
  );
  assert.equal(durationMs(spec.deliverWithin), deliverWithinMs);
  assert.deepEqual(breaker, {
    windowMs: durationMs(spec.breaker.window),
    minSends: spec.breaker.minSends,
    failureFraction: spec.breaker.failurePercent / 100,
    openMs: durationMs(spec.breaker.openFor),
    probeSends: spec.breaker.probeSends,
    undecidedMs: durationMs(spec.breaker.undecidedFor),
  });
  assert.deepEqual(spec.sendsPerSecond, DEFAULT_POLICY.sendsPerSecond);
});

test("quiet hours are refused exactly when the windows leave no minute free", () => {
  const minute = fc.oneof(fc.constantFrom(0, 360, 720, 1080, 1320), fc.integer({ min: 0, max: 1439 }));
  const window = fc.record({ start: minute, end: fc.oneof(minute, fc.constant(1440)) });
  fc.assert(
    fc.property(fc.array(window, { maxLength: 6 }), (windows) => {
      const quietHours = windows.map(({ start, end }) => ({ start: timeOf(start), end: timeOf(end) }));
      const problems = quietWindowProblems(quietHours.map(minutesOf));
      assert.equal(notificationPolicySpec.safeParse({ quietHours }).success, problems.length === 0);
    }),
    { numRuns: 3_000 },
  );
});

test("a duration has one unit, and what is none is refused", () => {
  assert.deepEqual(["500ms", "10s", "5m", "1h", "0s"].map(durationMs), [500, 10_000, 300_000, 3_600_000, 0]);
  for (const text of ["", "10", "1h30m", "-1s", "1.5s", "01s", "1d"]) {
    assert.throws(() => durationMs(text), RangeError, text);
  }
});

function timeOf(minute: number): string {
  return [Math.floor(minute / 60), minute % 60].map((part) => String(part).padStart(2, "0")).join(":");
}

function minutesOf({ start, end }: { start: string; end: string }) {
  const minute = (time: string): number => Number(time.slice(0, 2)) * 60 + Number(time.slice(3));
  return { startMinute: minute(start), endMinute: minute(end) };
}
