import assert from "node:assert/strict";
import { test } from "node:test";
import { Purpose, RandomStream } from "./random-stream.ts";

const first = (seed: number, subject: number, purpose: Purpose): number[] => {
  const stream = new RandomStream().restart(seed, subject, purpose);
  return Array.from({ length: 4 }, () => stream.next());
};

test("a stream depends on seed, subject and purpose, and on nothing else", () => {
  const used = new RandomStream().restart(9, 9, Purpose.usage);
  used.next();
  used.restart(1, 2, Purpose.terms);
  assert.deepEqual(
    Array.from({ length: 4 }, () => used.next()),
    first(1, 2, Purpose.terms),
  );
  const all = [
    first(1, 2, Purpose.terms),
    first(2, 2, Purpose.terms),
    first(1, 3, Purpose.terms),
    first(1, 2, Purpose.usage),
  ];
  assert.equal(new Set(all.flat()).size, 16);
});

// Written down so that a change of the arithmetic, which would change every generated population, is noticed.
test("the stream of seed 1 stays what it is", () => {
  assert.deepEqual(first(1, 1, Purpose.person), [1_175_214_684, 2_743_796_413, 3_980_465_061, 1_918_287_219]);
});

test("fractions are spread evenly over neighbouring subjects", () => {
  const stream = new RandomStream();
  const counts = new Array<number>(20).fill(0);
  for (let subject = 0; subject < 100_000; subject++) {
    const bin = Math.floor(stream.restart(7, subject, Purpose.service).fraction() * 20);
    counts[bin] = (counts[bin] ?? 0) + 1;
  }
  // 5,000 expected in each; six deviations of a fair draw are 413.
  for (const count of counts) assert.ok(Math.abs(count - 5_000) < 413, String(count));
});
