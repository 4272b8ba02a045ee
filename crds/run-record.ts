import type { z } from "zod";
import { billingRunSpec } from "./billing-run.ts";
import type { BillingRun } from "./billing-run-status.ts";

/** A run as one machine's database keeps it, its spec not yet checked. */
export interface StoredRecord {
  readonly id: string;
  readonly name: string;
  readonly spec: Readonly<Record<string, unknown>>;
  readonly specGeneration: number;
}

/** The run of a record, or what is wrong with its spec: a run that a cluster's `prepare` recorded has none. */
export function runOfRecord(
  record: StoredRecord,
): { readonly run: BillingRun } | { readonly error: z.ZodError } {
  const spec = billingRunSpec.safeParse(record.spec);
  if (!spec.success) return { error: spec.error };
  const { name, id, specGeneration } = record;
  return { run: { metadata: { name, uid: id, generation: specGeneration }, spec: spec.data } };
}
