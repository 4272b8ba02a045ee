/**
 * Microseconds a bill's messages cost, formatting and rendering apart: `node bench/render.ts [rounds]`.
 * The e-mail is HTML and text together; the sample bill has nine lines in five groups.
 */
import { buildBillView } from "../notification/templates/build-bill-view.ts";
import { LOCALES } from "../notification/templates/locale.ts";
import { renderBill } from "../notification/templates/render-bill.ts";
import { SAMPLE_FACTS, sampleLabels, sampleView } from "../notification/templates/sample-bill.ts";

const rounds = Number(process.argv[2] ?? 5_000);

for (const locale of LOCALES) {
  const book = sampleLabels(locale);
  const view = sampleView(locale);
  report(`${locale} view`, () => buildBillView(SAMPLE_FACTS, book));
  report(`${locale} email`, () => renderBill("email", locale, view));
  report(`${locale} sms`, () => renderBill("sms", locale, view));
}

/** Prints the best of five rounds: neighbours on the machine only ever make it slower. */
function report(name: string, once: () => unknown): void {
  let bestUs = Infinity;
  for (let round = 0; round < 5; round++) {
    const start = performance.now();
    for (let count = 0; count < rounds; count++) once();
    bestUs = Math.min(bestUs, ((performance.now() - start) * 1_000) / rounds);
  }
  console.log(`${name.padEnd(10)} ${bestUs.toFixed(1).padStart(7)} µs`);
}
