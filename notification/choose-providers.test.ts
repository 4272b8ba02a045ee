import assert from "node:assert/strict";
import test from "node:test";
import fc from "fast-check";
import { chooseProviders, type ProviderCredit, type ProviderRoom } from "./choose-providers.ts";

const NONE: ProviderCredit = new Map();

function counts(names: readonly string[]): Record<string, number> {
  const found: Record<string, number> = {};
  for (const name of names) found[name] = (found[name] ?? 0) + 1;
  return found;
}

const two = (roomA: number, roomB: number): ProviderRoom[] => [
  { name: "a", weight: 3, room: roomA },
  { name: "b", weight: 1, room: roomB },
];

test("shares follow the weights, within one batch and over many small ones", () => {
  assert.deepEqual(counts(chooseProviders(two(500, 500), 400, NONE).names), { a: 300, b: 100 });
  let credit = NONE;
  const names: string[] = [];
  for (let batch = 0; batch < 100; batch++) {
    const choice = chooseProviders(two(1, 1), 1, credit);
    names.push(...choice.names);
    credit = choice.credit;
  }
  assert.deepEqual(counts(names), { a: 75, b: 25 });
});

test("while one has no room the others take its share; afterwards it is owed nothing", () => {
  const without = chooseProviders(two(0, 500), 100, NONE);
  assert.deepEqual(counts(without.names), { b: 100 });
  assert.deepEqual(counts(chooseProviders(two(500, 500), 40, without.credit).names), { a: 30, b: 10 });
});

test("what one cannot take goes to the other, and what nobody can take is not chosen", () => {
  assert.deepEqual(counts(chooseProviders(two(10, 500), 100, NONE).names), { a: 10, b: 90 });
  assert.deepEqual(counts(chooseProviders(two(10, 5), 100, NONE).names), { a: 10, b: 5 });
});

test("never beyond the room, never fewer than there is room for, and within a message of each share", () => {
  const provider = fc.record({
    weight: fc.integer({ min: 1, max: 20 }),
    room: fc.integer({ min: 0, max: 60 }),
  });
  fc.assert(
    fc.property(fc.array(provider, { maxLength: 4 }), fc.integer({ min: 0, max: 100 }), (drawn, count) => {
      const providers = drawn.map((each, index) => ({ ...each, name: `p${index}` }));
      const found = counts(chooseProviders(providers, count, NONE).names);
      const room = providers.reduce((sum, each) => sum + each.room, 0);
      assert.equal(
        Object.values(found).reduce((sum, each) => sum + each, 0),
        Math.min(count, room),
      );
      const total = providers.reduce((sum, { weight }) => sum + weight, 0);
      const isAmple = providers.every((each) => each.room >= count);
      for (const { name, weight, room: most } of providers) {
        assert.ok((found[name] ?? 0) <= most);
        if (isAmple) assert.ok(Math.abs((found[name] ?? 0) - (count * weight) / total) <= drawn.length);
      }
    }),
  );
});
