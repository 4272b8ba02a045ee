import assert from "node:assert/strict";
import type { BillingRun } from "../../crds/billing-run-status.ts";
import type { JobFacts, JobOrder } from "../job-runner.ts";
import { decide, type Decision } from "./decide.ts";
import { jobFactsOf } from "./example-observations.ts";
import type { Observed } from "./observed.ts";

// What the tests of this folder ask of a decision.

/** The Jobs it starts. */
export function ordersOf(decision: Decision): JobOrder[] {
  return decision.actions.flatMap((action) => (action.kind === "startJob" ? [action.order] : []));
}

/** The Job it starts, as it is seen just after; fails when it starts none. */
export function startedJob(run: BillingRun, observed: Observed): JobFacts {
  const [order] = ordersOf(decide(run, observed));
  assert.ok(order, "a job was expected to start");
  return jobFactsOf(order);
}

/** One condition of its status. */
export function condition(
  decision: Decision,
  type: string,
): { status: string; reason: string; message: string } {
  const found = decision.status.conditions.find((candidate) => candidate.type === type);
  assert.ok(found);
  return found;
}
