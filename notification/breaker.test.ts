import assert from "node:assert/strict";
import test from "node:test";
import {
  admitSends,
  CLOSED_BREAKER,
  DEFAULT_BREAKER,
  mayFallBack,
  recordSends,
  type Breaker,
} from "./breaker.ts";

/** `sends` results a second, of which `failures` failed, for `seconds`. */
function feed(breaker: Breaker, fromMs: number, seconds: number, each: [number, number]): Breaker {
  let current = breaker;
  for (let second = 0; second < seconds; second++) {
    const tally = { atMs: fromMs + second * 1_000, sends: each[0], failures: each[1] };
    current = recordSends(current, tally, DEFAULT_BREAKER);
  }
  return current;
}

const opened = feed(CLOSED_BREAKER, 0, 1, [200, 41]);

test("opens over 20 % of at least 200 sends, not at 20 % and not for fewer", () => {
  assert.equal(opened.kind, "open");
  assert.equal(feed(CLOSED_BREAKER, 0, 1, [200, 40]).kind, "closed");
  assert.equal(feed(CLOSED_BREAKER, 0, 1, [199, 199]).kind, "closed");
  assert.equal(feed(CLOSED_BREAKER, 0, 2, [100, 50]).kind, "open");
});

test("what is older than 30 s no longer counts", () => {
  const early = feed(CLOSED_BREAKER, 0, 1, [150, 150]);
  assert.equal(feed(early, 29_000, 1, [50, 0]).kind, "open");
  assert.equal(feed(early, 30_000, 1, [50, 0]).kind, "closed");
});

test("the usual 1 % of failures never opens it, for hours", () => {
  const after = feed(CLOSED_BREAKER, 0, 7_200, [1_500, 15]);
  assert.ok(after.kind === "closed" && after.recent.length <= 31, JSON.stringify(after));
});

test("while open nothing is sent, nothing falls back, and latecomers change nothing", () => {
  assert.equal(admitSends(opened, 500, 29_999, DEFAULT_BREAKER).admitted, 0);
  assert.equal(mayFallBack(opened), false);
  assert.equal(recordSends(opened, { atMs: 10, sends: 900, failures: 0 }, DEFAULT_BREAKER), opened);
});

test("then a probe of 20 decides: good closes, bad opens for another 30 s", () => {
  const probing = admitSends(opened, 500, 30_000, DEFAULT_BREAKER);
  assert.equal(probing.admitted, 20);
  assert.equal(mayFallBack(probing.breaker), false);
  assert.equal(admitSends(probing.breaker, 500, 30_001, DEFAULT_BREAKER).admitted, 0);
  assert.deepEqual(feed(probing.breaker, 31_000, 2, [10, 2]), CLOSED_BREAKER);
  const again = feed(probing.breaker, 31_000, 1, [6, 5]);
  assert.deepEqual(again, { kind: "open", untilMs: 61_000 });
});

test("few messages probe as they come, and closing needs all twenty", () => {
  const first = admitSends(opened, 3, 30_000, DEFAULT_BREAKER);
  assert.equal(first.admitted, 3);
  const after = feed(first.breaker, 31_000, 1, [3, 0]);
  assert.equal(after.kind, "half-open");
  assert.equal(admitSends(after, 500, 32_000, DEFAULT_BREAKER).admitted, 17);
});

test("a probe that never answers is repeated after 30 s", () => {
  const silent = admitSends(opened, 500, 30_000, DEFAULT_BREAKER).breaker;
  assert.equal(admitSends(silent, 500, 59_999, DEFAULT_BREAKER).admitted, 0);
  assert.equal(admitSends(silent, 500, 60_000, DEFAULT_BREAKER).admitted, 20);
});
