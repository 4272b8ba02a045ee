import type { GenerationAddress } from "../../database/generations/address.ts";
import { planAnew, recordRelease, releaseFacts } from "../../database/run-ledger/plan-release.ts";
import { firstDue } from "../../notification/due.ts";
import { quietOfMember } from "../../notification/member-quiet.ts";
import { policyOfGeneration } from "../../notification/read-policy.ts";
import type { Queryable } from "../../platform/postgres.ts";

/**
 * Releases a live generation, or moves a release that has not come yet: every message that nobody has touched is planned as
 * if the bills were released at `fromMs` (null = now), by send day, quiet hours, holidays and spread. What is due is a row, so
 * no process has to be there when the instant comes. Returns what came of it.
 */
export async function releaseFrom(
  client: Queryable,
  address: GenerationAddress,
  fromMs: number | null,
): Promise<string> {
  const facts = await releaseFacts(client, address);
  if (facts?.state !== "live") return "not live";
  if (facts.leaving) return "released already; messages have left, or may have";
  const { systemQuiet, holidays, spreadMinutes } = policyOfGeneration(facts.notificationPolicy);
  const releasedAtMs = Math.max(facts.nowMs, fromMs ?? 0);
  const planned = await planAnew(client, address, (row) => {
    const { billId, sendDay } = row;
    const quiet = quietOfMember({ systemQuiet, holidays }, row);
    return firstDue({ billId, releasedAtMs, sendDay, quiet, spreadMinutes });
  });
  // Last: until then an unreleased generation sends nothing, and a crash leaves the wish unfulfilled, to be asked again.
  await recordRelease(client, address, fromMs);
  return `released from ${new Date(releasedAtMs).toISOString()} on; ${planned} messages planned anew`;
}
