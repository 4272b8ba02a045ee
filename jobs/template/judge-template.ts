import { newestLive } from "../../database/templates/newest-live.ts";
import { sampleBills } from "../../database/templates/sample-bills.ts";
import { billProblems, templateProblems } from "../../notification/templates/check-template.ts";
import { letterheadOf } from "../../notification/templates/letterhead.ts";
import { draftTemplates } from "../../notification/templates/pinned-templates.ts";
import { problemLine } from "../../notification/templates/template-file.ts";
import type { TemplateDraft, TemplateProblem } from "../../notification/templates/template-problem.ts";
import type { Client } from "../../platform/postgres.ts";
import type { JobContext } from "../run-job.ts";
import { billWriting } from "./bill-writing.ts";
import type { TemplateConfig, TrialOptions } from "./options.ts";
import type { TemplateSource } from "./template-source.ts";

/** A real bill is tried as a first one and as the correction of an amount that was so much higher. */
const correctedByMinor = 1_000_000;

/**
 * Checks a template by itself, then on real bills, tells every problem and warning with its place, and returns whether it may
 * be used.
 */
export async function judgeTemplate(
  job: JobContext,
  client: Client,
  source: TemplateSource,
  { trial, config }: { readonly trial: TrialOptions; readonly config: TemplateConfig },
): Promise<boolean> {
  const own = templateProblems(source.draft);
  for (const problem of own) job.complain(problemLine(source.name, problem, source.offsets));
  if (own.some(isProblem)) return false;
  if (trial.bills === 0) return true;
  const live = await newestLive(client, trial.period);
  if (live === null) {
    job.print(`no live bills${trial.period === null ? "" : ` of ${trial.period}`} to try it on`);
    return true;
  }
  const bills = await sampleBills(client, live, { count: trial.bills, seed: trial.seed });
  const write = await billWriting(client, live, letterheadOf(config), source.draft.locale);
  const templates = draftTemplates(source.draft);
  const found = new TriedBills(source.draft);
  for (const bill of bills) {
    const asCorrection = write(bill, bill.totalMinor + correctedByMinor);
    const problems = [write(bill), asCorrection].flatMap((view) =>
      billProblems(source.draft, templates, view),
    );
    found.add(bill.billId, problems);
  }
  for (const line of found.lines(source)) job.complain(line);
  job.print(`tried on ${bills.length} bills of ${live.period}, generation ${live.generation}`);
  return !found.hasProblem;
}

function isProblem({ severity }: TemplateProblem): boolean {
  return severity === "problem";
}

/** Problems of many bills, each kind told once with the first bill that has it and how many have. */
class TriedBills {
  readonly #kinds = new Map<string, { problem: TemplateProblem; billId: number; bills: number }>();
  readonly draft: TemplateDraft;

  constructor(draft: TemplateDraft) {
    this.draft = draft;
  }

  get hasProblem(): boolean {
    return [...this.#kinds.values()].some(({ problem }) => isProblem(problem));
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

  lines({ name, offsets }: TemplateSource): string[] {
    return [...this.#kinds.values()].map(({ problem, billId, bills }) => {
      const others = bills === 1 ? "" : ` and ${bills - 1} others`;
      return `${problemLine(name, problem, offsets)} (bill ${billId}${others})`;
    });
  }
}
