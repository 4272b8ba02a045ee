import { parse } from "yaml";

/** A value of the chart, as README.md lists it. */
export interface DocumentedValue {
  readonly path: string;
  readonly byDefault: unknown;
  readonly description: string;
}

/** Every key of values.yaml that has a line `# -- …` before it, in the file's order. */
export function documentedValues(text: string): DocumentedValue[] {
  const values = parse(text) as unknown;
  const found: DocumentedValue[] = [];
  const path: { readonly indent: number; readonly key: string }[] = [];
  let description: string | null = null;
  for (const line of text.split("\n")) {
    const comment = /^\s*# -- (.*)$/.exec(line)?.[1];
    if (comment !== undefined) description = comment;
    const [, indent = "", key] = /^( *)(\w+):/.exec(line) ?? [];
    if (key === undefined) continue;
    while ((path.at(-1)?.indent ?? -1) >= indent.length) path.pop();
    path.push({ indent: indent.length, key });
    if (description === null) continue;
    const keys = path.map((step) => step.key);
    found.push({ path: keys.join("."), byDefault: valueAt(values, keys), description });
    description = null;
  }
  return found;
}

function valueAt(value: unknown, keys: readonly string[]): unknown {
  return keys.reduce((inner, key) => (inner as Readonly<Record<string, unknown>>)[key], value);
}

/** Paths of all values that are no maps, or empty ones. */
export function leafPaths(value: unknown, path = ""): string[] {
  const isMap = typeof value === "object" && value !== null && !Array.isArray(value);
  if (!isMap || Object.keys(value).length === 0) return [path];
  return Object.entries(value).flatMap(([key, inner]) =>
    leafPaths(inner, path === "" ? key : `${path}.${key}`),
  );
}

/** The table of README.md. */
export function valuesTable(text: string): string {
  const rows = documentedValues(text).map(({ path, byDefault, description }) => {
    const cell = byDefault === "" ? "" : `\`${JSON.stringify(byDefault).replaceAll("|", "\\|")}\``;
    return `| \`${path}\` | ${cell} | ${description.replaceAll("|", "\\|")} |`;
  });
  return ["| value | default | what it is |", "| --- | --- | --- |", ...rows].join("\n");
}
