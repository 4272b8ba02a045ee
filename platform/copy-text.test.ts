import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { CopyTextRows } from "./copy-text.ts";

/** One row of the shape the tests use: an integer, a text, an integer or null, a text or null. */
type Row = readonly [number, string, number | null, string | null];

const code = fc.stringMatching(/^[A-Za-z0-9._:,-]{0,12}$/);
const integer = fc.oneof(fc.maxSafeInteger(), fc.integer({ min: -20, max: 20 }));
const rowsOf: fc.Arbitrary<Row[]> = fc.array(
  fc.tuple(integer, code, fc.option(integer, { nil: null }), fc.option(code, { nil: null })),
  {
    maxLength: 12,
  },
);

/** The bytes PostgreSQL sends for the rows. */
function copyText(rows: readonly Row[]): Buffer {
  return Buffer.from(rows.map((row) => `${row.map((field) => field ?? "\\N").join("\t")}\n`).join(""));
}

function read(chunks: readonly Buffer[]): Row[] {
  const reader = new CopyTextRows();
  const rows: Row[] = [];
  for (const chunk of chunks) {
    reader.push(chunk);
    while (reader.nextRow()) {
      rows.push([reader.integer(), reader.text(), reader.integerOrNull(), reader.text()]);
    }
  }
  return rows;
}

/** Null texts read as "". */
const asRead = (rows: readonly Row[]): Row[] => rows.map(([a, b, c, d]) => [a === 0 ? 0 : a, b, c, d ?? ""]);

function cut(bytes: Buffer, at: readonly number[]): Buffer[] {
  const ends = [...new Set(at.map((end) => end % (bytes.length + 1)))].sort((one, other) => one - other);
  return [0, ...ends].map((start, index) => bytes.subarray(start, ends[index] ?? bytes.length));
}

test("rows are read the same however the stream is cut into chunks", () => {
  fc.assert(
    fc.property(rowsOf, fc.array(fc.nat(), { maxLength: 8 }), (rows, at) => {
      assert.deepEqual(read(cut(copyText(rows), at)), asRead(rows));
    }),
    { numRuns: 1000 },
  );
});

test("a cut at every single byte, and a byte at a time, change nothing", () => {
  const rows: Row[] = [
    [-9007199254740991, "", null, null],
    [0, "kr-5g-30", -1, "a:b,c"],
    [9007199254740991, "x", 4294967296, ""],
  ];
  const bytes = copyText(rows);
  for (let at = 0; at <= bytes.length; at++) {
    assert.deepEqual(read([bytes.subarray(0, at), bytes.subarray(at)]), asRead(rows), `cut at byte ${at}`);
  }
  assert.deepEqual(read([...bytes].map((byte) => Buffer.from([byte]))), asRead(rows));
});

test("fields that are not read are skipped with their row", () => {
  const reader = new CopyTextRows();
  reader.push(Buffer.from("1\ta\tb\n2\tc\td\n3\t"));
  const first: number[] = [];
  while (reader.nextRow()) first.push(reader.integer());
  reader.push(Buffer.from("e\tf\n"));
  assert.equal(reader.nextRow(), true);
  assert.deepEqual([...first, reader.integer(), reader.text(), reader.text()], [1, 2, 3, "e", "f"]);
  assert.equal(reader.nextRow(), false);
});
