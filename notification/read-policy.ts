import { DEFAULT_POLICY, type NotificationPolicy } from "./policy.ts";
import { policyProblems } from "./policy-problems.ts";

/** A policy that can be used, or everything that is wrong with it, each with the path of the field. */
export type PolicyReading =
  | { readonly kind: "valid"; readonly policy: NotificationPolicy }
  | { readonly kind: "invalid"; readonly problems: readonly string[] };

/**
 * Reads a policy from JSON that was parsed already: an argument, a column. What it does not say is the default; a field
 * that no policy has is a problem, lest a wish be accepted that nobody grants.
 */
export function readPolicy(document: unknown): PolicyReading {
  const problems: string[] = [];
  const merged = mergedWith(DEFAULT_POLICY, document, { path: "", problems });
  if (problems.length === 0) problems.push(...policyProblems(merged as NotificationPolicy));
  return problems.length > 0
    ? { kind: "invalid", problems }
    : { kind: "valid", policy: merged as NotificationPolicy };
}

/** The policy that a generation was promoted with; null = before there were policies. Throws RangeError for nonsense. */
export function policyOfGeneration(stored: unknown): NotificationPolicy {
  const reading = readPolicy(stored ?? {});
  if (reading.kind === "valid") return reading.policy;
  throw new RangeError(`stored notification policy: ${reading.problems.join("; ")}`);
}

interface Place {
  readonly path: string;
  readonly problems: string[];
}

/** `value`, which must look like `model`, with the model's fields where it has none. */
function mergedWith(model: unknown, value: unknown, { path, problems }: Place): unknown {
  if (Array.isArray(model)) {
    if (!Array.isArray(value)) return refused(problems, path, "must be a list");
    // A list that is empty by default is one of texts: of what else, it could not show.
    const modelElement: unknown = model[0] ?? "";
    return value.map((element: unknown, index) => {
      const place = { path: `${path}[${index}]`, problems };
      // A window without a start is not one that starts at 22:00.
      requireAllFields(modelElement, element, place);
      return mergedWith(modelElement, element, place);
    });
  }
  if (isRecord(model)) {
    if (!isRecord(value)) return refused(problems, path, "must be an object");
    const merged: Record<string, unknown> = { ...model };
    for (const [key, field] of Object.entries(value)) {
      const fieldPath = path === "" ? key : `${path}.${key}`;
      if (!Object.hasOwn(model, key)) problems.push(`${fieldPath}: no field of a notification policy`);
      else merged[key] = mergedWith(model[key], field, { path: fieldPath, problems });
    }
    return merged;
  }
  return typeof value === typeof model ? value : refused(problems, path, `must be a ${typeof model}`);
}

function requireAllFields(model: unknown, value: unknown, { path, problems }: Place): void {
  if (!isRecord(model) || !isRecord(value)) return;
  for (const key of Object.keys(model)) {
    if (!Object.hasOwn(value, key)) problems.push(`${path}.${key}: is missing`);
  }
}

/** The value of a field that has none. */
function refused(problems: string[], path: string, message: string): null {
  problems.push(`${path || "policy"}: ${message}`);
  return null;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
