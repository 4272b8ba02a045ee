import type { BillingRunSpec } from "./billing-run.ts";
import { readBillingRunStatus, type BillingRun } from "./billing-run-status.ts";

/** A run as it stands in the API server. The server has filled in the defaults of its spec. */
export interface Run extends BillingRun {
  /** RFC 3339. */
  readonly createdAt: string;
}

/** A run as the API server has it, before it is understood. */
export interface RunObject {
  readonly metadata: {
    readonly name: string;
    readonly uid?: string;
    readonly generation?: number;
    readonly creationTimestamp?: string;
  };
  readonly spec: BillingRunSpec;
  readonly status?: unknown;
}

/** Reads what the API server sent; a status of another version of the operator counts as none. */
export function toRun({ metadata, spec, status }: RunObject): Run {
  const { name, uid = "", generation = 1, creationTimestamp = "" } = metadata;
  const read = readBillingRunStatus(status);
  return {
    metadata: { name, uid, generation },
    createdAt: creationTimestamp,
    spec,
    ...(read !== undefined && { status: read }),
  };
}
