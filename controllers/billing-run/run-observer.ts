import type { BillingRun } from "../../crds/billing-run-status.ts";
import { largestBillIncreasePercent } from "../../database/run-ledger/largest-bill-increase.ts";
import type { LedgerFacts } from "../../database/run-ledger/ledger-facts.ts";
import { findBaseline } from "../../database/run-ledger/observe-baseline.ts";
import { observeRun } from "../../database/run-ledger/observe-run.ts";
import { DEFAULT_POLICY } from "../../notification/policy.ts";
import type { Queryable } from "../../platform/postgres.ts";

/** Observes a run's ledger; compares its bills one by one with the baseline's when, and only when, a gate needs it. */
export class RunObserver {
  readonly #client: Queryable;
  readonly #compared = new Map<string, number>();

  constructor(client: Queryable) {
    this.#client = client;
  }

  async observe(run: BillingRun): Promise<LedgerFacts | null> {
    const ledger = await observeRun(this.#client, run.metadata.uid, DEFAULT_POLICY.deliverWithinMs);
    if (ledger?.state !== "verified" || ledger.baseline === null) return ledger;
    const largest = await this.#compare(run.spec.period, ledger);
    return { ...ledger, baseline: { ...ledger.baseline, largestBillIncreasePercent: largest } };
  }

  /** A verified generation does not change: two seconds a million bills are spent once. */
  async #compare(period: string, { generation }: LedgerFacts): Promise<number> {
    const baseline = await findBaseline(this.#client, period, generation);
    if (baseline === null) return 0;
    const key = `${period} ${generation} ${baseline.period} ${baseline.generation}`;
    const known = this.#compared.get(key);
    if (known !== undefined) return known;
    const largest = await largestBillIncreasePercent(this.#client, { period, generation }, baseline);
    this.#compared.set(key, largest);
    return largest;
  }
}
