import type { BillingRun, Phase } from "../../crds/billing-run-status.ts";
import type { ConditionType, Reason } from "../../crds/conditions.ts";
import type { Action } from "./action.ts";
import type { Observed } from "./observed.ts";

/** What a policy judges: the run as wanted, the world as seen. */
export interface Situation {
  readonly run: BillingRun;
  readonly observed: Observed;
}

/** A policy's answer: where the run stands, why, and what is to be done. */
export interface Verdict {
  readonly phase: Phase;
  /** The condition that this verdict works on, or that holds the run up. */
  readonly condition: ConditionType;
  readonly reason: Reason;
  readonly message: string;
  readonly actions: readonly Action[];
  /** True at either end; only a change of the spec moves the run again. */
  readonly finished: boolean;
}

/** One policy of the chain: answers, or leaves the question to the next by returning null. */
export type Policy = (situation: Situation) => Verdict | null;

type Words = Pick<Verdict, "phase" | "condition" | "reason" | "message">;

/** The run is on its way: do `actions`, look again soon. */
export function underWay(words: Words, actions: readonly Action[] = []): Verdict {
  return { ...words, actions: [...actions, { kind: "requeue", afterMs: 1_000 }], finished: false };
}

/** The run waits for a person, who changes the spec. */
export function waiting(words: Words): Verdict {
  return { ...words, actions: [], finished: false };
}

/** The run has ended, well or badly. */
export function finished(words: Words): Verdict {
  return { ...words, actions: [], finished: true };
}
