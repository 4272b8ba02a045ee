import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { parse } from "yaml";
import { generatedFiles } from "./generate.ts";
import { kinds } from "./kinds.ts";
import { specSchema, statusSchema, type StructuralSchema } from "./structural-schema.ts";

test("the committed definitions are those of the schemas; if not, run `make generate`", () => {
  assert.equal(generatedFiles().length, 2 * kinds.length);
  for (const { url, content } of generatedFiles()) {
    assert.equal(readFileSync(url, "utf8"), content, url.pathname);
  }
});

test("a chart's template is the plain definition between Helm's conditions", () => {
  for (const { url, content } of generatedFiles().filter((file) => file.url.pathname.includes("/charts/"))) {
    const lines = content.split("\n");
    assert.equal(lines[0], "{{- if .Values.crds.install }}");
    assert.equal(lines.at(-2), "{{- end }}");
    const kept = lines.filter((line) => !/^ *\{\{-/.test(line)).join("\n");
    const definition = parse(kept) as { metadata: { annotations: object }; spec: object };
    assert.deepEqual(definition.metadata.annotations, { "helm.sh/resource-policy": "keep" });
    const plain = generatedFiles().find((file) => samePlain(file.url, url));
    assert.deepEqual(definition.spec, (parse(plain?.content ?? "") as { spec: object }).spec);
  }
});

test("every field, however deep, has a description, every string and list a limit or fixed words", () => {
  const unbounded: string[] = [];
  for (const { kind, spec, status } of kinds) {
    for (const [part, schema] of Object.entries({ spec: specSchema(spec), status: statusSchema(status) })) {
      for (const [path, node] of fieldsOf(schema, `${kind}.${part}`)) {
        if (!path.endsWith("[]")) assert.ok(node["description"], `${path} has no description`);
        if (!isBounded(node)) unbounded.push(path);
      }
    }
  }
  assert.deepEqual(unbounded, []);
});

function samePlain(plain: URL, template: URL): boolean {
  const [one, other] = [plain, template].map(({ pathname }) => pathname.split("/").at(-1));
  return plain.pathname !== template.pathname && one === other;
}

function fieldsOf(schema: StructuralSchema, path: string): [string, StructuralSchema][] {
  return [
    ...[[path, schema] as [string, StructuralSchema]],
    ...Object.entries(schema.properties ?? {}).flatMap(([name, field]) => fieldsOf(field, `${path}.${name}`)),
    ...(schema.items ? fieldsOf(schema.items, `${path}[]`) : []),
  ];
}

function isBounded(node: StructuralSchema): boolean {
  if (node["type"] === "array") return node["maxItems"] !== undefined;
  if (node["type"] !== "string") return true;
  return ["maxLength", "enum", "format"].some((keyword) => node[keyword] !== undefined);
}
