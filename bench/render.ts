/**
 * Microseconds a bill's messages cost, formatting and rendering apart: `node bench/render.ts [rounds]`.
 * The e-mail is HTML and text together; the sample bill has nine lines in four groups. "interpreted" is the same HTML and text
 * printed by LiquidJS itself, which the compiled templates replace.
 */
import { Liquid } from "liquidjs";
import { buildBillView } from "../notification/templates/build-bill-view.ts";
import { readSources } from "../notification/templates/default-templates.ts";
import { LOCALES, type Locale } from "../notification/templates/locale.ts";
import { renderBill } from "../notification/templates/render-bill.ts";
import { SAMPLE_FACTS, sampleLabels, sampleView } from "../notification/templates/sample-bill.ts";

const rounds = Number(process.argv[2] ?? 5_000);

for (const locale of LOCALES) {
  const book = sampleLabels(locale);
  const view = sampleView(locale);
  report(`${locale} view`, () => buildBillView(SAMPLE_FACTS, book));
  report(`${locale} email`, () => renderBill("email", locale, view));
  report(`${locale} email, interpreted`, interpretedEmail(locale, view));
  report(`${locale} sms`, () => renderBill("sms", locale, view));
}

function interpretedEmail(locale: Locale, view: object): () => unknown {
  const sources = readSources(locale);
  const htmlEngine = new Liquid({ strictVariables: true, ownPropertyOnly: true, outputEscape: "escape" });
  const textEngine = new Liquid({ strictVariables: true, ownPropertyOnly: true });
  const html = htmlEngine.parse(sources["bill-email.html"]);
  const text = textEngine.parse(sources["bill-email.text"]);
  return () => String(htmlEngine.renderSync(html, view)) + String(textEngine.renderSync(text, view));
}

/** Prints the best of five rounds: neighbours on the machine only ever make it slower. */
function report(name: string, once: () => unknown): void {
  let bestUs = Infinity;
  for (let round = 0; round < 5; round++) {
    const start = performance.now();
    for (let count = 0; count < rounds; count++) once();
    bestUs = Math.min(bestUs, ((performance.now() - start) * 1_000) / rounds);
  }
  console.log(`${name.padEnd(24)} ${bestUs.toFixed(1).padStart(7)} µs`);
}
