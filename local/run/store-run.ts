import { randomUUID } from "node:crypto";
import { isDeepStrictEqual } from "node:util";
import type { BillingRunManifest, BillingRunSpec } from "../../crds/billing-run.ts";
import type { BillingRun } from "../../crds/billing-run-status.ts";
import { changeRunSpec, recordRun } from "../../database/run-ledger/run-record.ts";
import { PermanentError } from "../../platform/errors.ts";
import type { Queryable } from "../../platform/postgres.ts";
import { readRun, toBillingRun } from "./read-run.ts";

const immutable = ["period", "tariffRef", "partitions"] as const;

/**
 * Stores a manifest as `kubectl apply` would: a new run is recorded, a known one takes the file's spec, except that
 * what a person did since (an approval, a cancel, a retry, a reserved release) is kept. Throws PermanentError for an unknown tariff and for
 * a change of an immutable field.
 */
export async function storeRun(client: Queryable, manifest: BillingRunManifest): Promise<BillingRun> {
  const { name } = manifest.metadata;
  const { spec } = manifest;
  const recorded = await recordRun(client, {
    ...{ id: randomUUID(), name, period: spec.period, tariff: spec.tariffRef, spec },
  });
  if (recorded === "unknown-tariff") {
    const tariff = `${spec.tariffRef.name}@${spec.tariffRef.version}`;
    throw new PermanentError(
      "unknown-tariff",
      `tariff ${tariff} is not recorded; record it by \`tariff record\``,
    );
  }
  const stored = toBillingRun(recorded);
  for (const field of immutable) {
    if (isDeepStrictEqual(stored.spec[field], spec[field])) continue;
    throw new PermanentError(
      "immutable-field",
      `spec.${field} of run "${name}" cannot change; use a new name`,
    );
  }
  const wanted = keepPersonsChanges(spec, stored.spec);
  if (isDeepStrictEqual(wanted, stored.spec)) return stored;
  await changeRunSpec(client, name, wanted);
  return await readRun(client, name);
}

function keepPersonsChanges(file: BillingRunSpec, stored: BillingRunSpec): BillingRunSpec {
  // A file that says nothing of it must not let go what `--release-at` has reserved.
  const releaseAt = file.dispatch.releaseAt ?? stored.dispatch.releaseAt;
  const keeps = releaseAt !== undefined && file.dispatch.release === "Automatic";
  return {
    ...file,
    dispatch: { ...file.dispatch, ...(keeps && { releaseAt }) },
    approvedDigest: file.approvedDigest || stored.approvedDigest,
    cancel: file.cancel || stored.cancel,
    retryGeneration: Math.max(file.retryGeneration, stored.retryGeneration),
  };
}
