import { setImmediate as nextTurn } from "node:timers/promises";
import type { GenerationAddress } from "../../database/generations/address.ts";
import { newestLive } from "../../database/templates/newest-live.ts";
import { sampleBills } from "../../database/templates/sample-bills.ts";
import { billProblems, templateProblems } from "../../notification/templates/check-template.ts";
import type { BillLetterhead } from "../../notification/templates/letterhead.ts";
import { draftTemplates } from "../../notification/templates/pinned-templates.ts";
import type { TemplateDraft, TemplateProblem } from "../../notification/templates/template-problem.ts";
import type { Queryable } from "../../platform/postgres.ts";
import { billWriting } from "./bill-writing.ts";

/** Which bills a template is tried on. */
export interface Trial {
  /** `YYYY-MM`; null = the newest month with a live generation. */
  readonly period: string | null;
  /** How many, besides those at the edges; 0 = none. */
  readonly bills: number;
  readonly seed: number;
}

/** A problem that real bills show. */
export interface TriedProblem {
  readonly problem: TemplateProblem;
  /** The first bill that has it. */
  readonly billId: number;
  readonly bills: number;
}

/** What is wrong with a template by itself, and with what it makes of real bills. */
export interface Judgement {
  /** Whether it may be used: warnings do not keep it from that. */
  readonly sound: boolean;
  readonly own: readonly TemplateProblem[];
  readonly tried: readonly TriedProblem[];
  /** Null = not tried: it is wrong by itself, or there are no live bills, or none were wanted. */
  readonly triedOn: (GenerationAddress & { readonly bills: number }) | null;
}

/** A real bill is tried as a first one and as the correction of an amount that was so much higher. */
const correctedByMinor = 1_000_000;

/** Checks a template by itself, then on real bills. Other work of this process goes on between two bills. */
export async function judgeTemplate(
  client: Queryable,
  draft: TemplateDraft,
  trial: Trial,
  letterhead: BillLetterhead,
): Promise<Judgement> {
  const own = templateProblems(draft);
  if (own.some(isProblem)) return { sound: false, own, tried: [], triedOn: null };
  const live = trial.bills === 0 ? null : await newestLive(client, trial.period);
  if (live === null) return { sound: true, own, tried: [], triedOn: null };
  const bills = await sampleBills(client, live, { count: trial.bills, seed: trial.seed });
  const write = await billWriting(client, live, letterhead, draft.locale);
  const templates = draftTemplates(draft);
  const found = new TriedBills();
  for (const bill of bills) {
    const asCorrection = write(bill, bill.totalMinor + correctedByMinor);
    const views = [write(bill), asCorrection];
    found.add(
      bill.billId,
      views.flatMap((view) => billProblems(draft, templates, view)),
    );
    await nextTurn();
  }
  const tried = found.problems;
  const { period, generation } = live;
  const sound = !tried.some(({ problem }) => isProblem(problem));
  return { sound, own, tried, triedOn: { period, generation, bills: bills.length } };
}

function isProblem({ severity }: TemplateProblem): boolean {
  return severity === "problem";
}

/** Problems of many bills, each kind told once with the first bill that has it and how many have. */
class TriedBills {
  readonly #kinds = new Map<string, { problem: TemplateProblem; billId: number; bills: number }>();

  get problems(): readonly TriedProblem[] {
    return [...this.#kinds.values()];
  }

  add(billId: number, problems: readonly TemplateProblem[]): void {
    // Lengths differ from bill to bill; what is wrong does not. A bill counts once, whichever message of it is wrong.
    const kindOf = ({ severity, part, message }: TemplateProblem): string =>
      `${severity} ${part ?? ""} ${message.replace(/\d+/g, "n")}`;
    for (const [kind, problem] of new Map(problems.map((one) => [kindOf(one), one]))) {
      const known = this.#kinds.get(kind);
      if (known === undefined) this.#kinds.set(kind, { problem, billId, bills: 1 });
      else known.bills++;
    }
  }
}
