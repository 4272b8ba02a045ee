import assert from "node:assert/strict";
import test from "node:test";
import fc from "fast-check";
import { CHANNELS } from "./channel.ts";
import { DEFAULT_LADDERS, maxAttempts, retryAtMs, retryDelayMs } from "./retry-ladder.ts";

test("e-mail is worth five attempts, SMS and push four", () => {
  assert.deepEqual(
    CHANNELS.map((channel) => maxAttempts(DEFAULT_LADDERS[channel])),
    [5, 4, 4],
  );
});

test("each delay is its rung within 20 %, and the same however often it is computed", () => {
  fc.assert(
    fc.property(
      fc.string(),
      fc.constantFrom(...CHANNELS),
      fc.integer({ min: 1, max: 8 }),
      (key, channel, attempt) => {
        const ladder = DEFAULT_LADDERS[channel];
        const rung = ladder.delaysMs[Math.min(attempt, ladder.delaysMs.length) - 1] ?? 0;
        const delay = retryDelayMs(ladder, key, attempt);
        assert.ok(delay >= rung * 0.8 && delay <= rung * 1.2, `${delay} for ${rung}`);
        assert.equal(retryDelayMs(ladder, key, attempt), delay);
      },
    ),
  );
});

test("the jitter uses the whole 20 % on both sides", () => {
  const delays = Array.from({ length: 2_000 }, (_, bill) =>
    retryDelayMs(DEFAULT_LADDERS.email, `${bill}`, 2),
  );
  assert.ok(Math.min(...delays) < 49_000 && Math.max(...delays) > 71_000);
  const mean = delays.reduce((sum, delay) => sum + delay, 0) / delays.length;
  assert.ok(Math.abs(mean - 60_000) < 600, String(mean));
});

test("a retry that would fall into quiet hours waits for their end", () => {
  const quiet = { zone: "Asia/Seoul", windows: [{ startMinute: 22 * 60, endMinute: 8 * 60 }] };
  const failed = { key: "k", attempt: 4, nowMs: Date.parse("2026-11-01T21:55:00+09:00") };
  assert.equal(retryAtMs(DEFAULT_LADDERS.email, failed, quiet), Date.parse("2026-11-02T08:00:00+09:00"));
});

test("a ladder without rungs means one attempt", () => {
  const none = { delaysMs: [], jitterFraction: 0.2 };
  assert.equal(maxAttempts(none), 1);
  assert.equal(retryDelayMs(none, "k", 1), 0);
});
