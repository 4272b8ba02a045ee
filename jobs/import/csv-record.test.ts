import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { readCsvRecord } from "./csv-record.ts";

test("any cells, written with quotes where needed, are read back", () => {
  const cell = fc.string({ unit: fc.constantFrom("a", '"', ",", "\n", " ", "가", ";"), maxLength: 8 });
  const cells = fc.array(cell, { minLength: 1, maxLength: 6 });
  fc.assert(
    fc.property(cells, (wanted) => {
      const text = wanted
        .map((value) => (/[",\n]/.test(value) ? `"${value.replaceAll('"', '""')}"` : value))
        .join(",");
      const lines = text.split("\n");
      assert.deepEqual(readCsvRecord(lines, 0), { kind: "cells", cells: wanted, lines: lines.length });
    }),
  );
});

test("a stray quote spoils its own line only", () => {
  assert.equal(readCsvRecord(['1,ba"d', "2,good"], 0).kind, "malformed");
  assert.equal(readCsvRecord(['1,"bad"x', "2,good"], 0).kind, "malformed");
  // The quote that is never closed runs into one of a later line, and is found out there.
  assert.equal(readCsvRecord(['1,"open', "2,good", '3,"fine"'], 0).kind, "malformed");
});

test("a quote that no further line closes is open, until a hundred lines were tried", () => {
  assert.equal(readCsvRecord(['1,"open', "2,good"], 0).kind, "open");
  const many = ['1,"open', ...Array.from({ length: 200 }, (_, index) => `${index},good`)];
  assert.equal(readCsvRecord(many, 0).kind, "malformed");
});
