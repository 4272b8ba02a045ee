import type { z } from "zod";

/** Keyword under which the API server finds the rules of a schema; zod carries it as metadata. */
export const celKeyword = "x-kubernetes-validations";

/** A rule that the API server checks: a CEL expression over `self` and, for a change, `oldSelf`. */
export interface CelRule {
  readonly rule: string;
  /** A sentence that says what to change; the API server puts the field's path before it. */
  readonly message: string;
  /** `FieldValueForbidden` reads "Forbidden: …" without the value; default `FieldValueInvalid`. */
  readonly reason?: "FieldValueForbidden" | "FieldValueInvalid";
  /** Path of the field to blame, relative to the schema that carries the rule, such as `.parallelism`. */
  readonly fieldPath?: string;
}

/** A rule that zod checks too: the expression and the predicate say the same. */
export interface SharedRule<Value> extends Omit<CelRule, "fieldPath"> {
  readonly holds: (value: Value) => boolean;
  /** The field to blame, from the schema that carries the rule; absent = the schema itself. */
  readonly path?: readonly string[];
}

/** The schema with rules for the API server alone, such as those over `oldSelf`. */
export function withRules<Schema extends z.ZodType>(schema: Schema, ...rules: readonly CelRule[]): Schema {
  const meta = schema.meta() ?? {};
  const former = (meta[celKeyword] ?? []) as readonly CelRule[];
  return schema.meta({ ...meta, [celKeyword]: [...former, ...rules] });
}

/** The schema with a rule that both zod and the API server check. */
export function sharedRule<Schema extends z.ZodType>(
  schema: Schema,
  { holds, path = [], ...rule }: SharedRule<z.output<Schema>>,
): Schema {
  const refined = schema.refine(holds, { path: [...path], message: rule.message });
  return withRules(refined, path.length === 0 ? rule : { ...rule, fieldPath: `.${path.join(".")}` });
}

/** The schema with a value that cannot change once it is set; `why` says what to do instead. */
export function immutable<Schema extends z.ZodType>(schema: Schema, why: string): Schema {
  return withRules(schema, {
    rule: "self == oldSelf",
    message: `is immutable: ${why}`,
    reason: "FieldValueForbidden",
  });
}
