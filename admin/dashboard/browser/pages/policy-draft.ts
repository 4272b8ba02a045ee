import type { PolicySpec } from "../answers.ts";

/** A policy that somebody edits, as the parts of the form see it. */
export interface PolicyDraft {
  readonly spec: PolicySpec;
  readonly change: (part: Partial<PolicySpec>) => void;
  /** What the server found wrong with a field, such as `quietHours.0.end`. */
  readonly wrong: (field: string) => string | undefined;
}

type Fields = Readonly<Record<string, unknown>>;

const isFields = (value: unknown): value is Fields =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** Whether a spec has the parts that the form draws; what stands in them is the server's to judge. */
export function fitsForm(spec: unknown): spec is PolicySpec {
  if (!isFields(spec)) return false;
  const { quietHours, holidays, channels, retries, breaker, sendsPerSecond } = spec;
  return (
    [quietHours, holidays, channels].every(Array.isArray) &&
    (quietHours as unknown[]).every(isFields) &&
    [retries, breaker, sendsPerSecond].every(isFields) &&
    Object.values(retries as Fields).every((each) => isFields(each) && Array.isArray(each["delays"]))
  );
}

/** Fields of the first level in which two specs differ. */
export function changedFields(before: unknown, after: PolicySpec): readonly (keyof PolicySpec)[] {
  const old = isFields(before) ? before : {};
  const names = Object.keys(after) as (keyof PolicySpec)[];
  return names.filter((name) => !isSame(old[name], after[name]));
}

/** Whether two values are the same as JSON, in whatever order a server tells their fields. */
export const isSame = (a: unknown, b: unknown): boolean => inOrder(a) === inOrder(b);

function inOrder(value: unknown): string {
  return JSON.stringify(value, (_name, part: unknown) =>
    isFields(part) ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1))) : part,
  );
}
