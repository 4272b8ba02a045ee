import assert from "node:assert/strict";
import { test } from "node:test";
import { partBetween, type Sample } from "./steady-part.ts";

const at = (seconds: number, sends: number, email: number, machine: number): Sample => ({
  atMs: 5_000 + seconds * 1_000,
  sends,
  cpuSeconds: { email, kafka: email / 4 },
  machineBusySeconds: machine,
});

void test("rate and cost are those of the part alone, not of what went before", () => {
  const part = partBetween(at(1, 1_000, 10, 100), at(5, 9_000, 14, 107));
  assert.equal(part.seconds, 4);
  assert.equal(part.sends, 8_000);
  assert.equal(part.sendsPerSecond, 2_000);
  assert.deepEqual(part.cpuSecondsPer1000, { email: 0.5, kafka: 0.125 });
  assert.deepEqual(part.cores, { own: 1.25, others: 0.5 });
});

void test("the others never used less than nothing", () => {
  assert.equal(partBetween(at(0, 0, 0, 0), at(1, 10, 2, 1)).cores.others, 0);
});

void test("two samples without a send between them are refused", () => {
  assert.throws(() => partBetween(at(0, 10, 0, 0), at(1, 10, 1, 1)), RangeError);
  assert.throws(() => partBetween(at(1, 10, 0, 0), at(1, 20, 1, 1)), RangeError);
});
