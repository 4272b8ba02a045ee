import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestContext } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { AxeBuilder } from "@axe-core/playwright";
import { chromium, type BrowserContext, type Page } from "playwright-core";
import type { TestAdmin } from "./admin.ts";

const executablePath = "/usr/bin/chromium";
const flags = [
  "--headless",
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

/** A browser of a test, with a profile of its own. */
export interface TestBrowser {
  readonly page: Page;
  readonly context: BrowserContext;
  /** What the page complained of so far: errors of scripts, of the console, of the content security policy. */
  readonly complaints: readonly string[];
}

/** Starts Chromium at the pages of `admin`; `width` 360 is a phone. When the test ends nothing may have been complained of, but for `expected`. */
export async function startBrowser(
  t: TestContext,
  admin: TestAdmin,
  { width = 1_280, height = 800, locale = "en-GB", expected = /$^/ } = {},
): Promise<TestBrowser> {
  const profile = await mkdtemp(join(tmpdir(), "billing-browser-"));
  const context = await chromium.launchPersistentContext(profile, {
    ...{ executablePath, args: flags, headless: true, locale, baseURL: admin.url },
    ...{ viewport: { width, height }, timezoneId: "Asia/Seoul" },
  });
  context.setDefaultTimeout(20_000);
  const complaints: string[] = [];
  const page = context.pages()[0] ?? (await context.newPage());
  page.on("pageerror", (error) => complaints.push(error.message));
  page.on("console", (message) => {
    if (message.type() === "error") complaints.push(`${message.text()} ${message.location().url}`);
  });
  admin.beforeClose(async () => {
    await context.close();
    await rm(profile, { recursive: true, force: true });
  });
  t.after(() => {
    const unexpected = complaints.filter((text) => !expected.test(text));
    assert.deepEqual(unexpected, [], "the console stays empty");
  });
  return { page, context, complaints };
}

/** Signs in by keyboard alone. */
export async function signInByKeyboard(page: Page, who: string): Promise<void> {
  await page.goto("/");
  await page.getByLabel(/^(Name|이름)$/).focus();
  await page.keyboard.type(who);
  await page.keyboard.press("Tab");
  await page.keyboard.type("correct horse battery");
  await page.keyboard.press("Enter");
  await page.locator("nav").waitFor({ state: "attached" });
}

/** How far the page is wider than its window, once its charts have taken their new width, which is an animation frame or two later. */
export async function overhang(page: Page): Promise<number> {
  for (let look = 1; ; look++) {
    const pixels = await page.evaluate<number>("document.documentElement.scrollWidth - innerWidth");
    if (pixels <= 0 || look === 20) return pixels;
    await sleep(100);
  }
}

/** Serious and critical violations that axe finds on the page in both themes; each is named with its element. */
export async function violationsIn(page: Page): Promise<readonly string[]> {
  const found: string[] = [];
  // A rendered bill runs in a sandbox without scripts, so axe would wait for it for ever.
  await page.evaluate("document.querySelectorAll('iframe').forEach((frame) => frame.remove())");
  for (const theme of ["light", "dark"]) {
    await page.evaluate(`document.documentElement.dataset.theme = "${theme}"`);
    const { violations } = await new AxeBuilder({ page }).analyze();
    for (const { id, impact, nodes } of violations) {
      if (impact !== "serious" && impact !== "critical") continue;
      found.push(
        `${theme} ${id}: ${nodes.map(({ html, failureSummary }) => `${html} ${failureSummary ?? ""}`).join(" | ")}`,
      );
    }
  }
  return found;
}
