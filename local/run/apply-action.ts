import type { BillingRun } from "../../crds/billing-run-status.ts";
import type { Action, ReleaseFrom } from "../../controllers/billing-run/action.ts";
import type { JobRunner } from "../../controllers/job-runner.ts";
import type { GenerationAddress } from "../../database/generations/address.ts";
import { abandonGeneration } from "../../database/run-ledger/abandon-generation.ts";
import { cancelNotifications } from "../../database/run-ledger/cancel-notifications.ts";
import { releaseGeneration } from "../../database/run-ledger/release-generation.ts";
import { releaseFrom } from "../../jobs/ledger/release-from.ts";
import type { Queryable } from "../../platform/postgres.ts";

/** Applies one action of a decision on one machine; every action may be applied twice without harm. */
export async function applyAction(
  { client, runner }: { readonly client: Queryable; readonly runner: JobRunner },
  run: BillingRun,
  action: Action,
): Promise<void> {
  const { period } = run.spec;
  switch (action.kind) {
    case "startJob":
      await runner.start(run.metadata.name, action.order);
      return;
    case "setParallelism":
      await runner.setParallelism(action.jobName, action.parallelism);
      return;
    case "stopJob":
      await runner.stop(action.jobName);
      return;
    case "abandonGeneration":
      await abandonGeneration(client, { period, generation: action.generation });
      return;
    case "releaseGeneration":
      await release(client, { period, generation: action.generation }, action.from);
      return;
    case "cancelNotifications":
      await cancelNotifications(client, { period, generation: action.generation });
      return;
    case "removeFinalizer":
      return; // a run on one machine is never deleted
    case "requeue":
      return; // the loop's own business
  }
}

async function release(client: Queryable, address: GenerationAddress, from: ReleaseFrom): Promise<void> {
  if (from === "as-planned") await releaseGeneration(client, address);
  else await releaseFrom(client, address, from === "now" ? null : Date.parse(from));
}
