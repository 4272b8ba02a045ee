import type { StructuralSchema } from "../../crds/structural-schema.ts";

/** A step into a value: a field, or the first entry of a list. */
type Path = readonly (string | 0)[];

/** A value just outside of what the schema allows at one place. */
interface OutOfBounds {
  readonly path: Path;
  /** Keyword of the schema that forbids it. */
  readonly keyword: string;
  /** undefined = the field is absent. */
  readonly value: unknown;
  /** What the API server says of that field. */
  readonly says: RegExp;
}

/** A value outside of each limit that a schema has, at any depth. */
export function outOfBounds(node: StructuralSchema, path: Path = []): OutOfBounds[] {
  const { properties = {}, items, additionalProperties } = node;
  const fields = Object.entries(properties);
  return [
    ...[...limitsOf(node)].map((limit) => ({ ...limit, path })),
    ...(node.required ?? []).map((name) => ({
      ...{ path: [...path, name], keyword: "required", value: undefined, says: /Required value/ },
    })),
    ...fields.flatMap(([name, field]) => outOfBounds(field, [...path, name])),
    ...(items ? outOfBounds(items, [...path, 0]) : []),
    ...(additionalProperties ? outOfBounds(additionalProperties, [...path, "anyKey"]) : []),
  ];
}

function* limitsOf(node: StructuralSchema): Generator<Omit<OutOfBounds, "path">> {
  const limit = (keyword: string): number | undefined => node[keyword] as number | undefined;
  const [minimum, maximum] = [limit("minimum"), limit("maximum")];
  const [minLength, maxLength] = [limit("minLength"), limit("maxLength")];
  const [minItems, maxItems] = [limit("minItems"), limit("maxItems")];
  const list = (length: number): unknown[] => new Array<unknown>(length).fill(sample(node.items));
  if (minimum !== undefined) {
    yield { keyword: "minimum", value: minimum - 1, says: /greater than or equal to/ };
  }
  if (maximum !== undefined) yield { keyword: "maximum", value: maximum + 1, says: /less than or equal to/ };
  if (minLength !== undefined) yield { keyword: "minLength", value: "", says: /at least \d+ chars long/ };
  if (maxLength !== undefined) {
    yield { keyword: "maxLength", value: "a".repeat(maxLength + 1), says: /Too long: may not be more than/ };
  }
  if (minItems !== undefined) {
    yield { keyword: "minItems", value: list(minItems - 1), says: /at least \d+ items/ };
  }
  if (maxItems !== undefined) {
    yield { keyword: "maxItems", value: list(maxItems + 1), says: /Too many: \d+: must have at most/ };
  }
  if (node["enum"] !== undefined) yield { keyword: "enum", value: "Else", says: /supported values/ };
}

/** Something of the type of a list's entries; that it may itself be wrong does not matter where the list is too long. */
function sample(items: StructuralSchema | undefined): unknown {
  if (items?.["type"] === "object") {
    return Object.fromEntries(Object.entries(items.properties ?? {}).map(([name]) => [name, "00:00"]));
  }
  return "0s";
}

/** A copy of the value in which the place of that path has another one. */
export function withValueAt(value: unknown, [step, ...rest]: Path, replacement: unknown): unknown {
  if (step === undefined) return replacement;
  if (Array.isArray(value)) {
    const [first, ...others] = value as unknown[];
    return [withValueAt(first, rest, replacement), ...others];
  }
  const fields = (value ?? {}) as Readonly<Record<string, unknown>>;
  return { ...fields, [step]: withValueAt(fields[step], rest, replacement) };
}

/** `spec.quietHours[0].start`, as the API server names a place. */
export function nameOf(path: Path): string {
  return path.map((step) => (step === 0 ? "[0]" : `.${step}`)).join("");
}
