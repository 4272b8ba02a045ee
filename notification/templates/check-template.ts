import { LiquidError, type Template } from "liquidjs";
import type { BillTemplates } from "./bill-templates.ts";
import type { BillView } from "./bill-view.ts";
import { correctionProblems } from "./check-correction.ts";
import { renderedProblems } from "./check-rendered.ts";
import { engineOf, MAX_TEMPLATE_CHARS } from "./engines.ts";
import { draftTemplates } from "./pinned-templates.ts";
import { renderBill } from "./render-bill.ts";
import { SAMPLE_FACTS, sampleView } from "./sample-bill.ts";
import { partOf, partsOf, type PartName } from "./template-parts.ts";
import { problemOf, type TemplateDraft, type TemplateProblem } from "./template-problem.ts";
import { unknownVariables } from "./unknown-variables.ts";

/**
 * Everything that is wrong with a template: missing parts, syntax, tags, filters and variables that there are not, each with
 * its place; then what comes of it for made-up bills at the edges (none to pay, a credit, paid, a long one). Real bills are
 * tried by the caller, with `billProblems`.
 */
export function templateProblems(draft: TemplateDraft): TemplateProblem[] {
  const problems = [
    ...partProblems(draft),
    ...partsOf(draft.channel).flatMap((name) => syntaxProblems(draft, name)),
  ];
  if (problems.length > 0) return problems;
  const templates = draftTemplates(draft);
  const found: TemplateProblem[] = [];
  for (const view of edgeViews(draft)) {
    found.push(...billProblems(draft, templates, view));
    // One that cannot be rendered fails with every bill, after its time limit each.
    if (found.some(({ part }) => part === null)) break;
  }
  if (!found.some(({ severity }) => severity === "problem")) {
    found.push(...correctionProblems(draft, templates));
  }
  return distinct(found);
}

/** What is wrong with the message that a template makes of one bill. */
export function billProblems(
  draft: TemplateDraft,
  templates: BillTemplates,
  view: BillView,
): TemplateProblem[] {
  const { channel, locale } = draft;
  try {
    switch (channel) {
      case "email":
        return renderedProblems(draft, { channel, content: renderBill(channel, locale, view, templates) });
      case "sms":
        return renderedProblems(draft, { channel, content: renderBill(channel, locale, view, templates) });
      case "push":
        return renderedProblems(draft, { channel, content: renderBill(channel, locale, view, templates) });
    }
  } catch (error) {
    return [problemOf(null, `cannot be rendered: ${wordsOf(error)}`, placeOf(error))];
  }
}

/** Each of a list of problems once. */
export function distinct(problems: readonly TemplateProblem[]): TemplateProblem[] {
  const byText = new Map(problems.map((problem) => [JSON.stringify(problem), problem]));
  return [...byText.values()];
}

function partProblems({ channel, parts }: TemplateDraft): TemplateProblem[] {
  const names: readonly string[] = partsOf(channel);
  const missing = names.filter((name) => !Object.hasOwn(parts, name));
  const extra = Object.keys(parts).filter((name) => !names.includes(name));
  return [
    ...missing.map((name) => problemOf(null, `part "${name}" is missing`)),
    ...extra.map((name) => problemOf(null, `${channel} has no part "${name}"; it has ${names.join(", ")}`)),
  ];
}

function syntaxProblems({ channel, locale, parts }: TemplateDraft, name: PartName): TemplateProblem[] {
  const source = parts[name];
  if (source === undefined) return [];
  if (source.length > MAX_TEMPLATE_CHARS) {
    return [problemOf(name, `${source.length} characters; the most is ${MAX_TEMPLATE_CHARS}`)];
  }
  let parsed: Template[];
  try {
    parsed = engineOf(partOf(channel, name)).parse(source);
  } catch (error) {
    return [problemOf(name, wordsOf(error), placeOf(error))];
  }
  return unknownVariables(parsed, sampleView(locale)).map(({ path, line, column }) =>
    problemOf(name, `a bill has no variable "${path}"`, { line, column }),
  );
}

/** Bills at the edges of what there can be. */
function edgeViews({ locale }: TemplateDraft): BillView[] {
  const long = Array.from(
    { length: 60 },
    (_, index) => SAMPLE_FACTS.lines[index % SAMPLE_FACTS.lines.length],
  );
  const lines = long.filter((line) => line !== undefined);
  return [
    sampleView(locale),
    sampleView(locale, { totalMinor: 0, lines: [] }),
    sampleView(locale, { totalMinor: -12_340 }),
    sampleView(locale, { payment: "paid" }),
    sampleView(locale, { toldMinor: 41_370 }),
    sampleView(locale, { totalMinor: 0, lines: [], toldMinor: 12_345_678 }),
    sampleView(locale, { billUrl: "", maskedNumber: "", memberName: "" }),
    sampleView(locale, { totalMinor: 123_456_789, lines }),
  ];
}

/** LiquidJS's message without the place, which is told apart. */
function wordsOf(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return message.replace(/, line:\d+, col:\d+/, "").replace(/\n[\s\S]*/, "");
}

function placeOf(error: unknown): { line: number; column: number } | null {
  if (!LiquidError.is(error)) return null;
  const [line = 1, column = 1] = error.token.getPosition();
  return { line, column };
}
