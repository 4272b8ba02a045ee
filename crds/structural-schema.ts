import { z } from "zod";

/** A node of an OpenAPI v3 schema, as a CustomResourceDefinition holds it. */
export interface StructuralSchema {
  readonly [keyword: string]: unknown;
  readonly properties?: Readonly<Record<string, StructuralSchema>>;
  readonly items?: StructuralSchema;
  readonly additionalProperties?: StructuralSchema | false;
  readonly required?: readonly string[];
}

/** What zod adds and a structural schema may not have, or says by other means. */
const dropped = new Set(["$schema", "id", "readOnly", "nullable", "propertyNames"]);

/**
 * The structural schema of what a person writes: defaults are filled in by the API server, unknown fields pruned, and
 * null is not a value (a field that zod allows to be null is absent instead).
 */
export function specSchema(schema: z.ZodType): StructuralSchema {
  const json = z.toJSONSchema(schema, { io: "input", target: "openapi-3.0" });
  return structural(json as StructuralSchema);
}

/** The same for a status, of which nothing but a list's keys is required: each writer applies what it knows. */
export function statusSchema(schema: z.ZodType): StructuralSchema {
  return withoutRequired(specSchema(schema));
}

function structural(node: StructuralSchema): StructuralSchema {
  const { properties, items, additionalProperties, ...keywords } = node;
  return {
    ...Object.fromEntries(Object.entries(keywords).flatMap(([name, value]) => keyword(name, value, node))),
    ...(node["type"] === "integer" && { format: integerFormat(node["maximum"]) }),
    ...(properties && { properties: mapValues(properties, structural) }),
    ...(items && { items: structural(items) }),
    // `false` is zod's word for a strict object; the API server prunes what is unknown, and kubectl refuses it.
    ...(additionalProperties && { additionalProperties: structural(additionalProperties) }),
  };
}

function keyword(name: string, value: unknown, node: StructuralSchema): [string, unknown][] {
  const said =
    (name === "pattern" && node["format"] === "date-time") ||
    (name === "default" && value === null) ||
    ((name === "maximum" || name === "minimum") && Math.abs(value as number) === Number.MAX_SAFE_INTEGER);
  return said || dropped.has(name) || value === undefined ? [] : [[name, value]];
}

function integerFormat(maximum: unknown): string {
  return typeof maximum === "number" && maximum < 2 ** 31 ? "int32" : "int64";
}

function withoutRequired({ required: _required, ...node }: StructuralSchema): StructuralSchema {
  return { ...node, ...(node.properties && { properties: mapValues(node.properties, withoutRequired) }) };
}

function mapValues<From, To>(
  record: Readonly<Record<string, From>>,
  change: (value: From) => To,
): Record<string, To> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, change(value)]));
}
