import { setTimeout as sleep } from "node:timers/promises";
import type { Locator, Page } from "playwright-core";
import { signInByKeyboard } from "./browser.ts";

const patienceMs = 20_000;

/** Presses a button, fills the fields of its dialog (the tick of a box is "on"), and presses for good; waits until it is done. */
export async function press(
  page: Page,
  label: string,
  fields: Readonly<Record<string, string>> = {},
  within: Page | Locator = page,
): Promise<void> {
  await within.getByRole("button", { name: label, exact: true }).click();
  const dialog = page.getByRole("dialog");
  for (const [name, value] of Object.entries(fields)) await fill(dialog.getByLabel(name), value);
  await dialog.getByRole("button", { name: label, exact: true }).click();
  await gone(dialog);
}

async function fill(field: Locator, value: string): Promise<void> {
  const kind = await field.evaluate((element) => `${element.tagName} ${element.getAttribute("type") ?? ""}`);
  if (kind === "INPUT checkbox") await field.check();
  else if (kind.startsWith("SELECT")) await field.selectOption(value);
  else await field.fill(value);
}

/** A dialog that stays says why. */
async function gone(dialog: Locator): Promise<void> {
  const deadline = performance.now() + patienceMs;
  while ((await dialog.count()) > 0) {
    const problems = await dialog.locator(".problem").allTextContents();
    if (problems.length > 0 || performance.now() > deadline)
      throw new Error(`the dialog stays: ${problems.join("; ")}`);
    await sleep(50);
  }
}

/** Lets somebody else sit down at the browser. */
export async function actAs(page: Page, who: string): Promise<void> {
  await page.goto("about:blank");
  await page.context().clearCookies();
  await signInByKeyboard(page, who);
}

/** Presses Tab until the focus is on a button of this name; the element that has it. */
export async function tabTo(page: Page, name: string): Promise<Locator> {
  const wanted = page.getByRole("button", { name, exact: true }).and(page.locator(":focus"));
  for (let step = 0; step < 120; step++) {
    if ((await wanted.count()) > 0) return wanted;
    await page.keyboard.press("Tab");
  }
  throw new Error(`no way to ${name} by Tab`);
}
