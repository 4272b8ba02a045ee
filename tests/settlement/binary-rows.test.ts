import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { formatEpochDay, toEpochDay } from "../../billing/epoch-day.ts";
import { BinaryRows } from "../../database/binary-rows.ts";
import { copyRows } from "../../database/copy-rows.ts";
import { testDatabase } from "../support/postgres.ts";

interface Row {
  readonly small: number | null;
  readonly big: number | null;
  readonly day: number | null;
  readonly atMs: number;
  readonly bytes: Uint8Array | null;
  readonly words: string | null;
}

const extremes: Row[] = [
  { small: -32768, big: -9007199254740991, day: toEpochDay(1900, 1, 1), atMs: 0, bytes: null, words: "" },
  {
    small: 32767,
    big: 9007199254740991,
    day: toEpochDay(9999, 12, 31),
    atMs: -1,
    bytes: Buffer.alloc(0),
    words: null,
  },
  {
    small: null,
    big: null,
    day: null,
    atMs: 253402300799999,
    bytes: Buffer.from([0, 255]),
    words: "한글 \t\n\\N 🙂",
  },
  ...[-1, 0, 1, 4294967295, 4294967296, -4294967296, -4294967297, 2147483648, -2147483649].map((big) => ({
    small: 0,
    big,
    day: 0,
    atMs: 946684800000,
    bytes: Buffer.from("x"),
    words: "x",
  })),
];

const anyRow: fc.Arbitrary<Row> = fc.record({
  small: fc.option(fc.integer({ min: -32768, max: 32767 }), { nil: null }),
  big: fc.option(fc.maxSafeInteger(), { nil: null }),
  day: fc.option(fc.integer({ min: -25_000, max: 2_900_000 }), { nil: null }),
  atMs: fc.integer({ min: 0, max: 253402300799999 }),
  bytes: fc.option(fc.uint8Array({ maxLength: 200 }), { nil: null }),
  // PostgreSQL has no NUL in texts, and UTF-8 no lone surrogates.
  words: fc.option(
    fc
      .string({ unit: "grapheme", maxLength: 60 })
      .filter((text) => !text.includes("\0") && text.isWellFormed()),
    { nil: null },
  ),
});

function encode(rows: BinaryRows, row: Row, position: number): void {
  rows.row(7);
  rows.bigint(position);
  rows.smallint(row.small);
  rows.bigint(row.big);
  rows.date(row.day);
  rows.timestamptz(row.atMs);
  rows.bytea(row.bytes === null ? null : Buffer.from(row.bytes));
  rows.text(row.words);
}

test("every type comes back from a table as it was written, whatever the buffer's size", async (t) => {
  const client = await (await testDatabase(t)).connect();
  await client.query(
    "create table kept (position bigint, small smallint, big bigint, day date, at timestamptz, bytes bytea, words text)",
  );
  const drawn = fc.sample(anyRow, { numRuns: 500, seed: 7 });
  // 64 bytes are too few for one row: the buffer has to grow, more than once.
  for (const encoder of [new BinaryRows(64), new BinaryRows()]) {
    for (const rows of [extremes, drawn, extremes]) {
      encoder.clear();
      for (const [position, row] of rows.entries()) encode(encoder, row, position);
      assert.equal(encoder.count, rows.length);
      await client.query("truncate kept");
      await copyRows(client, "kept", encoder);
      const kept = await client.query<Record<string, unknown>>(
        `select small, big::text, to_char(day, 'YYYY-MM-DD') as day, round(extract(epoch from at) * 1000)::text as at, bytes, words
         from kept order by position`,
      );
      assert.deepEqual(
        kept.rows,
        rows.map((row) => ({
          small: row.small,
          big: row.big === null ? null : String(row.big),
          day: row.day === null ? null : formatEpochDay(row.day),
          at: String(row.atMs),
          bytes: row.bytes === null ? null : Buffer.from(row.bytes),
          words: row.words,
        })),
      );
    }
  }
});

test("nothing to copy is copied without an error, and a cleared buffer is empty", async (t) => {
  const client = await (await testDatabase(t)).connect();
  await client.query("create table kept (big bigint)");
  const rows = new BinaryRows(64);
  rows.row(1);
  rows.bigint(1);
  rows.clear();
  await copyRows(client, "kept", rows);
  const { rows: kept } = await client.query("select * from kept");
  assert.deepEqual(kept, []);
});
