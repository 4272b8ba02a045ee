import type { BillingRun } from "../../crds/billing-run-status.ts";
import { resolvePolicy, type ResolvedPolicy } from "../../controllers/notification-policy/resolve-policy.ts";
import { findNotificationPolicy } from "../../database/run-ledger/notification-policies.ts";
import { PermanentError } from "../../platform/errors.ts";
import { lostHoursSentence, membersWithoutFreeTime } from "../../jobs/promote/lost-hours.ts";
import type { Queryable } from "../../platform/postgres.ts";

/** The notification policy that a run refers to, among those that this machine was given. */
export async function policyOfRun(client: Queryable, { spec }: BillingRun): Promise<ResolvedPolicy> {
  const name = spec.dispatch.notificationPolicyRef;
  return resolvePolicy(name, await findNotificationPolicy(client, name));
}

/** Throws PermanentError when there is no such policy: in a cluster the run would wait for it, here nobody would bring it. */
export async function requirePolicy(client: Queryable, run: BillingRun): Promise<void> {
  const found = await policyOfRun(client, run);
  if (found.kind === "resolved" || run.spec.dispatch.release === "None") return;
  const hint = "put it into the run's file, as a document of its own";
  throw new PermanentError("no-policy", `${found.message} (${hint})`);
}

/** Says for how many members the run's policy leaves, with their own quiet hours, no minute of the day. */
export async function tellOfLostHours(client: Queryable, run: BillingRun): Promise<void> {
  const found = await policyOfRun(client, run);
  if (found.kind !== "resolved" || run.spec.dispatch.release === "None") return;
  const members = await membersWithoutFreeTime(client, found.policy);
  if (members > 0) process.stderr.write(`${lostHoursSentence(members)}\n`);
}
