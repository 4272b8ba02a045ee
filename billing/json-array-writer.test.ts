import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { JsonArrayWriter } from "./json-array-writer.ts";

type Element = string | number | null | readonly Element[];

const { elements } = fc.letrec<{ elements: Element[]; element: Element }>((tie) => ({
  elements: fc.array(tie("element")),
  element: fc.oneof(
    { depthSize: "small" },
    fc.string({ unit: "binary" }),
    fc.constantFrom("x".repeat(9000), "요금", '"quoted"\\', ""),
    fc.maxSafeInteger(),
    fc.constantFrom(0, 999_999_999, 1_000_000_000, Number.MAX_SAFE_INTEGER, Number.MIN_SAFE_INTEGER),
    fc.constant(null),
    tie("elements"),
  ),
}));

function write(writer: JsonArrayWriter, element: Element): void {
  if (typeof element === "string") writer.text(element);
  else if (typeof element === "number" || element === null) writer.integer(element);
  else {
    writer.open();
    for (const inner of element) write(writer, inner);
    writer.close();
  }
}

function taken(writer: JsonArrayWriter): string {
  return Buffer.from(writer.take()).toString("latin1");
}

test("what is written is the JSON of it, in ASCII, whatever was written before", () => {
  const writer = new JsonArrayWriter();
  fc.assert(
    fc.property(elements, (value) => {
      write(writer, value);
      const text = taken(writer);
      assert.deepEqual(JSON.parse(text), value);
      assert.match(text, /^[ -~]*$/);
    }),
  );
});

test("plain texts and numbers are written as JSON.stringify writes them", () => {
  const writer = new JsonArrayWriter();
  const value = [1, "a", [], [-20_454, 9_007_199_254_740_991], null, ["b", [0]]];
  write(writer, value);
  assert.equal(taken(writer), JSON.stringify(value));
});

test("a number that is none does not pass for one", () => {
  const writer = new JsonArrayWriter();
  write(writer, [Number.NaN]);
  assert.throws(() => {
    JSON.parse(taken(writer));
  }, SyntaxError);
});
