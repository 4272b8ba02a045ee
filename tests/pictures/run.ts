import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { chromium, type Page } from "playwright-core";
import { refusalPage } from "../../bill-page/refusal-page.ts";
import type { Locale } from "../../notification/templates/locale.ts";
import { renderBill } from "../../notification/templates/render-bill.ts";
import { SAMPLE_FACTS, sampleView } from "../../notification/templates/sample-bill.ts";
import { phoneScreen } from "./phone-screen.ts";

/*
 * `make pictures`: what members see, into docs/images, from the program's own templates and the sample bill. Made again when a
 * template changes, and looked at.
 */
const images = fileURLToPath(new URL("../../docs/images", import.meta.url));
const phoneWidth = 360;
const names = { ko: "김하늘", en: "Kim Haneul" } as const;

interface Picture {
  readonly name: string;
  readonly width: number;
  readonly html: string;
}

function picturesOf(locale: Locale): Picture[] {
  const memberName = names[locale];
  const { html } = renderBill("email", locale, sampleView(locale, { memberName }));
  const corrected = renderBill("email", locale, sampleView(locale, { memberName, toldMinor: 41_370 })).html;
  const page = renderBill(
    "email",
    locale,
    sampleView(locale, { memberName: "", maskedNumber: "", billUrl: "" }),
  ).html;
  return [
    { name: `bill-email-${locale}`, width: 680, html },
    { name: `bill-email-${locale}-phone`, width: phoneWidth, html },
    { name: `correction-${locale}`, width: phoneWidth, html: corrected },
    { name: `bill-page-${locale}`, width: phoneWidth, html: page },
    {
      name: `bill-page-refused-${locale}`,
      width: phoneWidth,
      html: refusalPage("no-bill", locale, SAMPLE_FACTS.carrier),
    },
    { name: `bill-sms-${locale}`, width: phoneWidth, html: phoneScreen(locale) },
  ];
}

async function take(page: Page, { name, width, html }: Picture): Promise<void> {
  // As low as the page is, so that the picture is no higher.
  await page.setViewportSize({ width, height: 100 });
  await page.setContent(html);
  await page.screenshot({ path: join(images, `${name}.png`), fullPage: true });
  process.stdout.write(`docs/images/${name}.png\n`);
}

const profile = await mkdtemp(join(tmpdir(), "pictures-"));
const context = await chromium.launchPersistentContext(profile, {
  ...{ executablePath: "/usr/bin/chromium", headless: true, colorScheme: "light" },
  args: ["--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"],
});
try {
  const page = context.pages()[0] ?? (await context.newPage());
  for (const picture of [...picturesOf("ko"), ...picturesOf("en")]) await take(page, picture);
} finally {
  await context.close();
  await rm(profile, { recursive: true, force: true });
}
