import assert from "node:assert/strict";
import { test } from "node:test";
import { magicOutcome, outcomeOf, type SimulatedOutcome } from "./outcome.ts";

const odds = { seed: 1, failureRate: 0.05, unknownRate: 0.01 };

function shares(): Record<SimulatedOutcome, number> {
  const counts = { accept: 0, transient: 0, permanent: 0, "accept-then-cut": 0 };
  for (let key = 0; key < 50_000; key++) counts[outcomeOf(odds, `key-${key}`, 1)]++;
  return counts;
}

void test("outcomes come in the shares that were asked for", () => {
  const { transient, permanent, "accept-then-cut": cut } = shares();
  assert.ok(Math.abs(transient / 50_000 - 0.04) < 0.004, `transient ${transient}`);
  assert.ok(Math.abs(permanent / 50_000 - 0.01) < 0.002, `permanent ${permanent}`);
  assert.ok(Math.abs(cut / 50_000 - 0.01) < 0.002, `cut ${cut}`);
});

void test("the same seed, key and ordinal give the same outcome; another seed gives others", () => {
  assert.deepEqual(shares(), shares());
  const differ = Array.from({ length: 1_000 }, (_, key) => key).filter(
    (key) => outcomeOf(odds, `${key}`, 1) !== outcomeOf({ ...odds, seed: 2 }, `${key}`, 1),
  );
  assert.ok(differ.length > 0);
});

void test("a permanent failure is permanent on every attempt, a transient one need not come again", () => {
  const keys = Array.from({ length: 20_000 }, (_, key) => `key-${key}`);
  const permanent = keys.filter((key) => outcomeOf(odds, key, 1) === "permanent");
  assert.ok(permanent.every((key) => outcomeOf(odds, key, 2) === "permanent"));
  const transient = keys.filter((key) => outcomeOf(odds, key, 1) === "transient");
  assert.ok(transient.filter((key) => outcomeOf(odds, key, 2) === "accept").length > transient.length * 0.8);
});

void test("some recipients always fail in their way", () => {
  assert.equal(magicOutcome("bounce+1@example.com"), "permanent");
  assert.equal(magicOutcome("down@example.com"), "transient");
  assert.equal(magicOutcome("01077771234"), "accept-then-cut");
  assert.equal(magicOutcome("downtown@example.com"), null);
});
