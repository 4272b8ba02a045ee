import { randomUUID } from "node:crypto";
import { z } from "zod";
import { billingRunSpec } from "../../crds/billing-run.ts";
import { readBillingRunStatus } from "../../crds/billing-run-status.ts";
import type { Run } from "../../crds/run-object.ts";
import { runOfRecord } from "../../crds/run-record.ts";
import { findListedRun, listRuns, type ListedRun } from "../../database/run-ledger/list-runs.ts";
import {
  changeOrderedSpec,
  recordOrderedRun,
  type OrderedWrite,
} from "../../database/run-ledger/ordered-run.ts";
import { hasNotificationPolicy } from "../../database/run-ledger/notification-policies.ts";
import type { Queryable } from "../../platform/postgres.ts";
import type { OrderedChange } from "../cluster/ordered-writes.ts";
import { overtaken, refused, type WriteResult } from "../cluster/write-result.ts";
import { mergePatch } from "./merge-patch.ts";
import type { NewRun, RunStore } from "./run-store.ts";

/** Runs of one machine: rows of `bill_runs`, which its control loop follows. It has no schedules. */
export function localRuns(client: Queryable): RunStore {
  return {
    list: async ({ period, phase, after, limit }) =>
      (await listRuns(client, { period, phase }, after, limit)).flatMap(readable),
    find: async (name) => {
      const found = await findListedRun(client, name);
      return (found && readable(found)[0]) ?? null;
    },
    create: (run, commandId) => create(client, run, commandId),
    change: (change, commandId) => changeSpec(client, change, commandId),
    schedules: () => Promise.resolve([]),
    findSchedule: () => Promise.resolve(null),
    changeSchedule: () => Promise.resolve(refused("no-schedules", "one machine has no schedules")),
  };
}

/** A spec of another version of this program cannot be shown. */
function readable(listed: ListedRun): Run[] {
  const read = runOfRecord(listed);
  if (!("run" in read)) return [];
  const status = readBillingRunStatus(listed.status);
  return [{ ...read.run, createdAt: listed.createdAt.toISOString(), ...(status && { status }) }];
}

async function create(client: Queryable, { manifest }: NewRun, commandId: string): Promise<WriteResult> {
  const { name } = manifest.metadata;
  const { spec } = manifest;
  // The CRD takes the year 0, which no calendar has.
  if (spec.period < "1000") return refused("invalid-period", `${spec.period} is no month of any calendar`);
  const { release, notificationPolicyRef: policy } = spec.dispatch;
  // In a cluster the run would wait until somebody creates it; here the run has to have it from the start.
  if (release !== "None" && policy !== "default" && !(await hasNotificationPolicy(client, policy))) {
    return refused("unknown-policy", `there is no NotificationPolicy "${policy}"`);
  }
  const { period, tariffRef: tariff } = spec;
  const written = await recordOrderedRun(client, { id: randomUUID(), name, period, tariff, spec }, commandId);
  return result(written, {
    overtaken: `there is a run "${name}" already; choose another name`,
    unknownTariff: `tariff ${tariff.name}@${tariff.version} is not recorded; record it by \`tariff record\``,
  });
}

async function changeSpec(client: Queryable, change: OrderedChange, commandId: string): Promise<WriteResult> {
  const { name, uid: id, specGeneration } = change;
  const found = await findListedRun(client, name);
  const changed = billingRunSpec.safeParse(mergePatch(found?.spec ?? {}, change.spec));
  if (!changed.success) return refused("invalid-change", z.prettifyError(changed.error));
  const written = await changeOrderedSpec(client, { name, id, specGeneration }, changed.data, commandId);
  return result(written, { overtaken: overtaken(name), unknownTariff: "" });
}

function result(
  written: OrderedWrite,
  why: { readonly overtaken: string; readonly unknownTariff: string },
): WriteResult {
  switch (written) {
    case "written":
      return { kind: "written" };
    case "overtaken":
      return refused("overtaken", why.overtaken);
    case "unknown-tariff":
      return refused("unknown-tariff", why.unknownTariff);
  }
}
