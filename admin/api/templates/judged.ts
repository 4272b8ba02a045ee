import type { z } from "zod";
import { judgeTemplate, type Judgement, type Trial } from "../../../desk/templates/judge-template.ts";
import type { TemplateDraft } from "../../../notification/templates/template-problem.ts";
import type { Queryable } from "../../../platform/postgres.ts";
import type { RequestContext } from "../../http/route.ts";
import { HttpProblem } from "../../http/problem.ts";
import type { judgement, templateProblem } from "./schemas.ts";

type Told = z.input<typeof judgement>;

/** Checks a text and tries it on real bills; what it says is told as the API tells it. */
export async function judged(
  client: Queryable,
  draft: TemplateDraft,
  wanted: { readonly period?: string | undefined; readonly bills: number; readonly seed: number },
  { letterhead }: Pick<RequestContext, "letterhead">,
): Promise<Told> {
  const trial: Trial = { ...wanted, period: wanted.period ?? null };
  return told(await judgeTemplate(client, draft, trial, letterhead));
}

/** Throws a 400 problem that names each part that is wrong, with its place, unless the text may be used. */
export function requireSound({ sound, problems }: Told): void {
  if (sound) return;
  const fields = problems
    .filter(({ severity }) => severity === "problem")
    .map((problem) => ({
      ...{ in: "body" as const, field: problem.part === null ? "parts" : `parts.${problem.part}` },
      message: sentenceOf(problem),
    }));
  throw new HttpProblem(
    400,
    "invalid-template",
    "the text cannot be used, and nothing was changed; see errors",
    {
      fields,
    },
  );
}

function sentenceOf({ line, column, message, billId, bills }: z.input<typeof templateProblem>): string {
  const place = line === null ? "" : `line ${line}, column ${column ?? 1}: `;
  const others = bills > 1 ? ` and ${bills - 1} others` : "";
  return `${place}${message}${billId === null ? "" : ` (bill ${billId}${others})`}`;
}

function told({ sound, own, tried, triedOn }: Judgement): Told {
  const problems = [
    ...own.map((problem) => ({ ...problem, billId: null, bills: 0 })),
    ...tried.map(({ problem, billId, bills }) => ({ ...problem, billId, bills })),
  ];
  return { sound, problems, triedOn: triedOn === null ? null : { ...triedOn } };
}
