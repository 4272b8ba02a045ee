import { judgeTemplate, type TriedProblem } from "../../desk/templates/judge-template.ts";
import { letterheadOf } from "../../notification/templates/letterhead.ts";
import { problemLine } from "../../notification/templates/template-file.ts";
import type { Client } from "../../platform/postgres.ts";
import type { JobContext } from "../run-job.ts";
import type { TemplateConfig, TrialOptions } from "./options.ts";
import type { TemplateSource } from "./template-source.ts";

/**
 * Checks a template by itself, then on real bills, tells every problem and warning with its place, and returns whether it may
 * be used.
 */
export async function judgeSource(
  job: JobContext,
  client: Client,
  source: TemplateSource,
  { trial, config }: { readonly trial: TrialOptions; readonly config: TemplateConfig },
): Promise<boolean> {
  const { draft, name, offsets } = source;
  const judged = await judgeTemplate(client, draft, trial, letterheadOf(config));
  const { sound, own, tried, triedOn } = judged;
  for (const problem of own) job.complain(problemLine(name, problem, offsets));
  for (const problem of tried) job.complain(triedLine(source, problem));
  if (triedOn !== null) {
    job.print(`tried on ${triedOn.bills} bills of ${triedOn.period}, generation ${triedOn.generation}`);
  } else if (sound && trial.bills > 0) {
    job.print(`no live bills${trial.period === null ? "" : ` of ${trial.period}`} to try it on`);
  }
  return sound;
}

function triedLine({ name, offsets }: TemplateSource, { problem, billId, bills }: TriedProblem): string {
  const others = bills === 1 ? "" : ` and ${bills - 1} others`;
  return `${problemLine(name, problem, offsets)} (bill ${billId}${others})`;
}
