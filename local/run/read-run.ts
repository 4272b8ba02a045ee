import type { BillingRun } from "../../crds/billing-run-status.ts";
import { runOfRecord } from "../../crds/run-record.ts";
import { findRun, type RunRecord } from "../../database/run-ledger/run-record.ts";
import { PermanentError } from "../../platform/errors.ts";
import type { Queryable } from "../../platform/postgres.ts";

/** The run of that name as one machine keeps it; throws PermanentError `unknown-run` when there is none. */
export async function readRun(client: Queryable, name: string): Promise<BillingRun> {
  const record = await findRun(client, name);
  if (record === null) throw new PermanentError("unknown-run", `there is no run "${name}"`);
  return toBillingRun(record);
}

/** A stored run in the shape that the controller knows. */
export function toBillingRun(record: RunRecord): BillingRun {
  const read = runOfRecord(record);
  if ("run" in read) return read.run;
  throw new PermanentError(
    "unreadable-run",
    `run "${record.name}" was not recorded by \`local run\``,
    read.error,
  );
}
