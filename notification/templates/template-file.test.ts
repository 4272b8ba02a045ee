import assert from "node:assert/strict";
import test from "node:test";
import fc from "fast-check";
import { problemLine, readTemplateFile, writeTemplateFile } from "./template-file.ts";
import { builtInParts } from "./default-templates.ts";
import { problemOf, warningOf } from "./template-problem.ts";

test("a file that was written is read as the same, whatever stands in the parts", () => {
  const text = fc.string().map((part) => part.replace(/^=== /gm, "= "));
  fc.assert(
    fc.property(text, text, fc.boolean(), (title, body, promotional) => {
      const parts = { title, text: body };
      const reading = readTemplateFile(writeTemplateFile("push", { promotional, parts }));
      assert.ok(reading.kind === "template");
      assert.deepEqual({ ...reading.file.parts }, parts);
      assert.equal(reading.file.promotional, promotional);
    }),
  );
  const parts = builtInParts("email", "ko");
  const reading = readTemplateFile(writeTemplateFile("email", { promotional: false, parts }));
  assert.ok(reading.kind === "template");
  assert.deepEqual(reading.file.parts, parts);
});

test("a place in a part is told as a place in the file", () => {
  const reading = readTemplateFile("# ours\npromotional: true\n=== title\na\n=== text\nb\nc\n");
  assert.ok(reading.kind === "template");
  const { offsets, promotional } = reading.file;
  assert.equal(promotional, true);
  const problem = problemOf("text", "is wrong", { line: 2, column: 5 });
  assert.equal(problemLine("own.liquid", problem, offsets), "own.liquid:7:5: text: is wrong");
  assert.equal(problemLine("own.liquid", warningOf(null, "is odd")), "own.liquid: warning: is odd");
});

test("a frame that is none is refused with its line", () => {
  assert.deepEqual(readTemplateFile("=== text\na\n=== text\nb"), {
    kind: "unreadable",
    ...{ line: 3, message: 'part "text" stands twice' },
  });
  const stray = readTemplateFile("\nhello\n=== text\n");
  assert.ok(stray.kind === "unreadable" && stray.line === 2);
});
