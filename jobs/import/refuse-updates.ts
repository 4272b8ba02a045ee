import { settlingPeriod } from "../../database/imports/settling-period.ts";
import type { StageOutcome } from "../../database/members/apply-staged-subscriptions.ts";
import { PermanentError } from "../../platform/errors.ts";
import type { Queryable } from "../../platform/postgres.ts";

/** Throws PermanentError `settling` when rows would change under a settlement that is under way; new rows never disturb it. */
export async function refuseUpdatesWhileSettling(client: Queryable, outcome: StageOutcome): Promise<void> {
  if (outcome.updated === 0) return;
  const period = await settlingPeriod(client);
  if (period === null) return;
  throw new PermanentError(
    "settling",
    `the file changes ${outcome.updated} recorded rows while ${period} is being settled; import it when the run has finished`,
  );
}
