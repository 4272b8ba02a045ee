import assert from "node:assert/strict";
import test from "node:test";
import { DEFAULT_POLICY } from "../../notification/policy.ts";
import type { ResolvedPolicy } from "../notification-policy/resolve-policy.ts";
import { decide, type Decision } from "./decide.ts";
import {
  exampleAdmission,
  exampleDigest,
  exampleLedger,
  exampleRun,
  jobFactsOf,
} from "./example-observations.ts";
import { promoteOrder } from "./job-orders.ts";
import type { Observed } from "./observed.ts";

const refused = { kind: "refused", reason: "UnknownNotificationPolicy", message: "there is none" } as const;
const own = { ...DEFAULT_POLICY, spreadMinutes: 90 };
const dispatch = exampleRun().spec.dispatch;

function started({ actions }: Decision): readonly string[] {
  return actions.flatMap((action) => (action.kind === "startJob" ? [action.order.args.join(" ")] : []));
}

function reasonOf({ status }: Decision, type: string): string {
  const condition = status.conditions.find((seen) => seen.type === type);
  return `${condition?.status ?? ""} ${condition?.reason ?? ""}`;
}

function verified(policy?: ResolvedPolicy): Observed {
  const ledger = exampleLedger(["done", "done", "done", "done"], {
    state: "verified",
    digest: exampleDigest,
  });
  return { nowMs: 0, admission: null, ledger, jobs: [], ...(policy && { policy }) };
}

test("promotion is given the policy as it is now; without one it takes the default", () => {
  const [given = ""] = started(decide(exampleRun(), verified({ kind: "resolved", policy: own })));
  assert.match(given, /^--period 2026-10 .* --release automatic --policy-name default --policy /);
  assert.deepEqual(JSON.parse(given.split(" --policy ")[1] ?? ""), own);
  assert.doesNotMatch(started(decide(exampleRun(), verified()))[0] ?? "--policy", /--policy/);
});

test("a run whose policy is not there does not begin, and says so", () => {
  const observed = { nowMs: 0, ledger: null, admission: exampleAdmission, jobs: [], policy: refused };
  const decision = decide(exampleRun(), observed);
  assert.deepEqual(started(decision), []);
  assert.equal(reasonOf(decision, "Accepted"), "False UnknownNotificationPolicy");
  const silent = exampleRun({ dispatch: { ...dispatch, release: "None" } });
  assert.equal(started(decide(silent, observed)).length, 1, "who sends nothing needs no policy");
});

test("a policy that goes away before promotion holds it, also when an earlier try has failed", () => {
  const run = exampleRun();
  const waiting = decide(run, verified(refused));
  assert.deepEqual(started(waiting), []);
  assert.equal(reasonOf(waiting, "Promoted"), "False UnknownNotificationPolicy");

  const order = promoteOrder(run, { generation: 1, digest: exampleDigest, policy: own });
  const failed = { ...jobFactsOf(order), state: "failed" as const };
  const retried = exampleRun({ retryGeneration: 1 });
  assert.deepEqual(started(decide(retried, { ...verified(refused), jobs: [failed] })), []);
});

test("a promotion that is under way has its policy: that the object is gone meanwhile changes nothing", () => {
  const run = exampleRun();
  const order = promoteOrder(run, { generation: 1, digest: exampleDigest, policy: own });
  const decision = decide(run, { ...verified(refused), jobs: [jobFactsOf(order)] });
  assert.equal(reasonOf(decision, "Promoted"), "False Promoting");
});
