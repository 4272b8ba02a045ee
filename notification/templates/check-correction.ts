import type { BillTemplates } from "./bill-templates.ts";
import { renderBill } from "./render-bill.ts";
import { sampleView } from "./sample-bill.ts";
import { problemOf, type TemplateDraft, type TemplateProblem } from "./template-problem.ts";

/** An amount that occurs in no line of the sample bill, so that it is found only where it was meant. */
const TOLD_MINOR = 41_370;

/**
 * What keeps a template from being used for a correction too: its e-mail and SMS must name the amount that was told before
 * and the one that holds, and a push message, which names none, must say something else than for a first bill.
 */
export function correctionProblems(draft: TemplateDraft, templates: BillTemplates): TemplateProblem[] {
  const { channel, locale } = draft;
  const view = sampleView(locale, { toldMinor: TOLD_MINOR });
  if (channel === "push") {
    const first = renderBill(channel, locale, sampleView(locale), templates);
    const again = renderBill(channel, locale, view, templates);
    if (first.title !== again.title || first.text !== again.text) return [];
    return [problemOf("title", "says nothing else when a bill was corrected: use {% if correction %}")];
  }
  const parts: readonly (readonly ["html" | "text", string])[] =
    channel === "email"
      ? partsOfMail(renderBill(channel, locale, view, templates))
      : [["text", renderBill(channel, locale, view, templates).text]];
  return parts.flatMap(([part, text]) => {
    const missing = [
      ...(names(text, view.previousAmountDue, view.plainPreviousAmountDue) ? [] : ["previousAmountDue"]),
      ...(names(text, view.amountDue, view.plainAmountDue) ? [] : ["amountDue"]),
    ];
    return missing.map((variable) =>
      problemOf(part, `does not say ${variable} when a bill was corrected: use {% if correction %}`),
    );
  });
}

function partsOfMail(mail: { readonly html: string; readonly text: string }): ["html" | "text", string][] {
  return [
    ["html", mail.html],
    ["text", mail.text],
  ];
}

function names(text: string, ...amounts: readonly string[]): boolean {
  return amounts.some((amount) => text.includes(amount));
}
