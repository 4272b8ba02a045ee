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
    const tally = { atMs: fromMs + second * 1_000, sends: each[0], failures: each[1], slow: 0, silent: 0 };
    current = recordSends(current, tally, DEFAULT_BREAKER);
  }
  return current;
}

/** Asks for `wanted` sends of messages that do not wait to leave. */
function admit(breaker: Breaker, wanted: number, nowMs: number): { breaker: Breaker; admitted: number } {
  const decision = admitSends(breaker, { others: wanted, waiting: 0 }, nowMs, DEFAULT_BREAKER);
  return { breaker: decision.breaker, admitted: decision.admitted.others };
}

function mayLeave(breaker: Breaker, nowMs: number): boolean {
  return mayFallBack(breaker, false, nowMs, DEFAULT_BREAKER);
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
  assert.equal(admit(opened, 500, 29_999).admitted, 0);
  assert.equal(mayLeave(opened, 10), false);
  assert.equal(
    recordSends(opened, { atMs: 10, sends: 900, failures: 0, slow: 0, silent: 0 }, DEFAULT_BREAKER),
    opened,
  );
});

test("then a probe of 20 decides: good closes, bad opens for another 30 s", () => {
  const probing = admit(opened, 500, 30_000);
  assert.equal(probing.admitted, 20);
  assert.equal(mayLeave(probing.breaker, 30_000), false);
  assert.equal(admit(probing.breaker, 500, 30_001).admitted, 0);
  assert.deepEqual(feed(probing.breaker, 31_000, 2, [10, 2]), CLOSED_BREAKER);
  const again = feed(probing.breaker, 31_000, 1, [6, 5]);
  assert.deepEqual(again, { kind: "open", untilMs: 61_000 });
});

test("few messages probe as they come; before the probe is over, closing needs all twenty", () => {
  const first = admit(opened, 3, 30_000);
  assert.equal(first.admitted, 3);
  const after = feed(first.breaker, 31_000, 1, [3, 0]);
  assert.equal(after.kind, "half-open");
  assert.equal(admit(after, 500, 32_000).admitted, 17);
});

test("a probe that never answers is repeated after 30 s", () => {
  const silent = admit(opened, 500, 30_000).breaker;
  assert.equal(admit(silent, 500, 59_999).admitted, 0);
  assert.equal(admit(silent, 500, 60_000).admitted, 20);
});

test("a probe that is over is decided by what there was, however few", () => {
  const probing = admit(opened, 3, 30_000).breaker;
  const good = admit(feed(probing, 31_000, 1, [3, 0]), 500, 60_000);
  assert.deepEqual([good.breaker, good.admitted], [CLOSED_BREAKER, 500]);
  const bad = admit(feed(probing, 31_000, 1, [3, 1]), 500, 60_000);
  assert.deepEqual([bad.breaker, bad.admitted], [{ kind: "open", untilMs: 90_000 }, 0]);
  const pending = admit(feed(probing, 31_000, 1, [2, 0]), 500, 60_000);
  assert.deepEqual([pending.breaker.kind, pending.admitted], ["half-open", 20]);
});

/** `count` failures of messages that wait to leave. */
function silence(breaker: Breaker, atMs: number, count: number): Breaker {
  return recordSends(breaker, { atMs, sends: 0, failures: 0, slow: 0, silent: count }, DEFAULT_BREAKER);
}

function admitWaiting(breaker: Breaker, nowMs: number, others = 0): ReturnType<typeof admitSends> {
  return admitSends(breaker, { others, waiting: 500 }, nowMs, DEFAULT_BREAKER);
}

test("messages that wait to leave take no place from one that would say something", () => {
  const { admitted } = admitWaiting(opened, 30_000, 500);
  assert.deepEqual(admitted, { others: 20, waiting: 20 });
});

test("their failures never open it, and neither close nor open a probe", () => {
  assert.equal(silence(CLOSED_BREAKER, 0, 10_000), CLOSED_BREAKER);
  const probing = silence(admitWaiting(opened, 30_000).breaker, 31_000, 20);
  assert.equal(probing.kind, "half-open");
  assert.equal(admitWaiting(probing, 60_000).breaker.kind, "half-open");
});

/** Probes of nothing but messages that wait to leave, every 30 s. */
function probesOfSilence(breaker: Breaker, fromMs: number, untilMs: number): Breaker {
  let current = breaker;
  for (let nowMs = fromMs; nowMs < untilMs; nowMs += 30_000) {
    const { breaker: probing, admitted } = admitWaiting(current, nowMs);
    assert.ok(admitted.waiting <= 20);
    current = silence(probing, nowMs + 1_000, admitted.waiting);
  }
  return current;
}

test("when 15 minutes have decided nothing those that wait leave, twenty each 30 s, and no others", () => {
  const undecided = probesOfSilence(opened, 30_000, 931_000);
  assert.equal(mayFallBack(undecided, true, 930_999, DEFAULT_BREAKER), false);
  assert.equal(mayFallBack(undecided, true, 931_000, DEFAULT_BREAKER), true);
  assert.equal(mayFallBack(undecided, false, 931_000, DEFAULT_BREAKER), false);
  assert.equal(probesOfSilence(undecided, 931_000, 1_800_000).kind, "half-open");
});

test("one failure that says something begins the 15 minutes anew, and a true outage keeps it open", () => {
  const undecided = probesOfSilence(opened, 30_000, 931_000);
  const { breaker } = admitWaiting(undecided, 931_000, 1);
  const told = recordSends(
    breaker,
    { atMs: 932_000, sends: 1, failures: 1, slow: 0, silent: 0 },
    DEFAULT_BREAKER,
  );
  assert.equal(mayFallBack(told, true, 932_000, DEFAULT_BREAKER), false);
  const after = silence(told, 933_000, 20);
  assert.equal(mayFallBack(after, true, 940_000, DEFAULT_BREAKER), false);
  assert.equal(admitWaiting(after, 961_000).breaker.kind, "open");
});

test("one that is accepted after all closes it like any other", () => {
  const { breaker } = admitWaiting(opened, 30_000);
  assert.deepEqual(feed(breaker, 31_000, 2, [10, 0]), CLOSED_BREAKER);
});

test("slow sends count while another provider could take over, and not those of before when none can any more", () => {
  const slow = { atMs: 0, sends: 199, failures: 0, slow: 199, silent: 0 };
  const closed = recordSends(CLOSED_BREAKER, slow, DEFAULT_BREAKER, true);
  assert.equal(closed.kind, "closed");
  const one = { ...slow, sends: 1, slow: 1 };
  assert.equal(recordSends(closed, one, DEFAULT_BREAKER, true).kind, "open");
  assert.equal(recordSends(closed, one, DEFAULT_BREAKER, false).kind, "closed");
  const probing = admit(opened, 500, 30_000).breaker;
  const probe = { ...slow, atMs: 31_000, sends: 20, slow: 20 };
  assert.equal(recordSends(probing, probe, DEFAULT_BREAKER, true).kind, "open");
  assert.equal(recordSends(probing, probe, DEFAULT_BREAKER, false).kind, "closed");
});
