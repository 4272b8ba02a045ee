import type { Queryable } from "../../platform/postgres.ts";
import { periodDate } from "../generations/address.ts";

/** Why nothing can be added to a month's bills; null when it can. */
export type PeriodProblem = "period-billed" | "period-too-far";

/** Months around the billing clock for which an adjustment may be ordered: others are a slip of the pen. */
const monthsAhead = 13;
const monthsBack = 6;

/**
 * Whether an adjustment of this month will be on a bill: no generation of it, or of a later month, has frozen its population.
 * Keeps any from being opened until the transaction ends, as promotion and `prepare` do by the same lock: what is written in
 * between is either seen by the freeze or refused here.
 */
export async function lockOpenPeriod(client: Queryable, period: string): Promise<PeriodProblem | null> {
  await client.query("select pg_advisory_xact_lock_shared(hashtext('generations ' || $1))", [period]);
  const { rows } = await client.query<{ billed: boolean; far: boolean }>(
    `select exists (select from generations where period >= $1 and state <> 'abandoned') as billed,
            $1::date not between billing_now() - make_interval(months => $3)
                             and billing_now() + make_interval(months => $2) as far`,
    [periodDate(period), monthsAhead, monthsBack],
  );
  const [found] = rows;
  if (found?.billed === true) return "period-billed";
  return found?.far === true ? "period-too-far" : null;
}
