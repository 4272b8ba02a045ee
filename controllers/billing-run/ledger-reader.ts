import type { BillingRun } from "../../crds/billing-run-status.ts";
import type { AdmissionFacts } from "../../database/run-ledger/admission-facts.ts";
import { generationState } from "../../database/run-ledger/generation-state.ts";
import type { GenerationState, LedgerFacts } from "../../database/run-ledger/ledger-facts.ts";
import { observeAdmission } from "../../database/run-ledger/observe-admission.ts";
import type { Queryable } from "../../platform/postgres.ts";
import { RunObserver } from "./run-observer.ts";

/** The database gave no answer, or none that can be used: nothing is known of the run, and nothing is decided. */
export class LedgerUnreadable extends Error {
  constructor(cause: unknown) {
    super(messageOf(cause), { cause });
  }
}

/** What decisions need of the database. Every failure is a LedgerUnreadable. */
export class LedgerReader {
  readonly #client: Queryable;
  readonly #observer: RunObserver;

  constructor(client: Queryable) {
    this.#client = client;
    this.#observer = new RunObserver(client);
  }

  /** The run's generation, or, while there is none, whether the run may begin. */
  async read(run: BillingRun): Promise<{ ledger: LedgerFacts | null; admission: AdmissionFacts | null }> {
    return await readable(async () => {
      const ledger = await this.#observer.observe(run);
      return { ledger, admission: ledger === null ? await this.#admission(run) : null };
    });
  }

  async stateOf(runId: string): Promise<GenerationState | null> {
    return await readable(() => generationState(this.#client, runId));
  }

  #admission({ metadata, spec }: BillingRun): Promise<AdmissionFacts> {
    const { period, tariffRef: tariff } = spec;
    return observeAdmission(this.#client, { id: metadata.uid, name: metadata.name, period, tariff });
  }
}

async function readable<Result>(read: () => Promise<Result>): Promise<Result> {
  try {
    return await read();
  } catch (error) {
    throw new LedgerUnreadable(error);
  }
}

function messageOf(cause: unknown): string {
  if (cause instanceof AggregateError) return cause.errors.map(messageOf).join(", ");
  return cause instanceof Error ? cause.message : String(cause);
}
