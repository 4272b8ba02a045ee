import { policyUses } from "../../../database/run-ledger/policy-uses.ts";
import type { RequestContext } from "../../http/route.ts";

/** A generation of a run that refers to a policy. */
export interface Use {
  readonly policy: string;
  readonly period: string;
  readonly generation: number;
  readonly state: string;
  readonly run: string;
  readonly promoted: boolean;
}

const open: readonly string[] = ["settling", "verified"];

/**
 * Which generations refer to a policy, the newest first. What was promoted keeps the name of its policy; one that is open is
 * promoted with the policy that its run refers to by then, so the run is asked: there is one a month at most.
 */
export async function usesOfPolicies({ pool, openRuns }: RequestContext): Promise<readonly Use[]> {
  const runs = openRuns(pool);
  const uses = await Promise.all(
    (await policyUses(pool)).map(async ({ policy, runId, ...use }): Promise<readonly Use[]> => {
      if (policy !== null) return [{ policy, ...use }];
      if (!open.includes(use.state)) return [];
      const run = await runs.find(use.run);
      // A run of that name that was made anew is another one.
      if (run?.metadata.uid !== runId) return [];
      return [{ policy: run.spec.dispatch.notificationPolicyRef, ...use }];
    }),
  );
  return uses.flat();
}
