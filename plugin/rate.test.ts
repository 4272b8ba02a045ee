import assert from "node:assert/strict";
import { test } from "node:test";
import { createRate } from "./rate.ts";

test("no rate before something moved", () => {
  const rate = createRate(30_000);
  assert.equal(rate.perSecond(0), null);
  rate.observe(0, 100);
  rate.observe(5_000, 100);
  assert.equal(rate.perSecond(5_000), null);
});

test("units a second since the first look, and it falls while nothing moves", () => {
  const rate = createRate(30_000);
  rate.observe(0, 100);
  rate.observe(2_000, 300);
  assert.equal(rate.perSecond(2_000), 100);
  assert.equal(rate.perSecond(4_000), 50);
});

test("what is older than the window no longer counts, but a pace slower than the window is still seen", () => {
  const fast = createRate(10_000);
  for (let second = 0; second <= 60; second++)
    fast.observe(second * 1_000, second < 40 ? 0 : (second - 40) * 50);
  assert.equal(Math.round(fast.perSecond(60_000) ?? 0), 50);
  const slow = createRate(10_000);
  slow.observe(0, 0);
  slow.observe(60_000, 600);
  assert.equal(slow.perSecond(60_000), 10);
});

test("a fall begins a new measurement", () => {
  const rate = createRate(30_000);
  rate.observe(0, 0);
  rate.observe(1_000, 1_000);
  rate.observe(2_000, 0);
  assert.equal(rate.perSecond(2_000), null);
  rate.observe(3_000, 5);
  assert.equal(rate.perSecond(3_000), 5);
});
