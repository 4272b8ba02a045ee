import assert from "node:assert/strict";
import { test, type TestContext } from "node:test";
import type { Locator, Page } from "playwright-core";
import { startAdmin, type TestAdmin } from "./admin.ts";
import { overhang, signInByKeyboard, startBrowser, violationsIn } from "./browser.ts";
import { keepPicture, settledPage } from "./dashboard-scene.ts";

const winter = "/policies/winter";

/** A stored policy, and its page as somebody sees it. */
async function openPolicy(t: TestContext, who: string, admin: TestAdmin): Promise<Page> {
  // What the server refuses is answered by 400, which the console notes.
  const { page } = await startBrowser(t, admin, { expected: /400 .*policies/ });
  await signInByKeyboard(page, who);
  await page.goto(winter);
  await settledPage(page);
  return page;
}

async function storePolicy(admin: TestAdmin, spec: object): Promise<void> {
  const operator = await admin.as("operator");
  const { status, text } = await operator.send("PUT", `/api/v1${winter}`, { spec }, { "if-none-match": "*" });
  assert.equal(status, 200, text);
}

async function specOf(admin: TestAdmin): Promise<Record<string, unknown>> {
  const viewer = await admin.as("viewer");
  return (await viewer.get(`/api/v1${winter}`)).body.spec;
}

async function pressStore(page: Page): Promise<void> {
  await page.getByRole("button", { name: "Store" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Store" }).click();
}

const number = (within: Page | Locator, name: string): Locator =>
  within.getByRole("spinbutton", { name, exact: true });
const group = (page: Page, name: string) => page.getByRole("group", { name, exact: true });

void test("quiet hours: a whole day is refused beside them, what is stored is there again and in the API", async (t) => {
  const admin = await startAdmin(t);
  await storePolicy(admin, { quietHours: [{ start: "22:00", end: "08:00" }] });
  const page = await openPolicy(t, "operator", admin);
  const bar = page.getByRole("img", { name: /A member's day/ });
  assert.equal(
    await bar.getAttribute("aria-label"),
    "A member's day: quiet 22:00–08:00; messages leave 08:00–22:00",
  );
  const drawn = await bar
    .locator("span")
    .evaluateAll((parts) => parts.map((part) => part.getAttribute("style")));
  assert.deepEqual(drawn, ["left: 0%; width: 33.3333%;", "left: 91.6667%; width: 8.33333%;"]);

  await page.getByRole("button", { name: "Add a window" }).click();
  const second = group(page, "Window 2");
  await second.getByLabel("From").fill("08:00");
  await second.getByLabel("Until").fill("22:00");
  await page.getByText("no minute of the day").waitFor();
  await pressStore(page);
  const refusal = group(page, "Quiet hours").getByText("must leave some time of the day free");
  await refusal.waitFor();
  await refusal.and(page.locator(":focus")).waitFor();
  await keepPicture(page, "policy-refused");
  assert.deepEqual(
    (await specOf(admin))["quietHours"],
    [{ start: "22:00", end: "08:00" }],
    "nothing was stored",
  );

  await second.getByLabel("Until").fill("09:30");
  await page.getByText("Changed: Quiet hours").waitFor();
  await pressStore(page);
  await page.getByText("Done: Store").waitFor();
  await page.reload();
  await settledPage(page);
  assert.equal(await group(page, "Window 2").getByLabel("Until").inputValue(), "09:30");
  assert.equal(await page.locator(".problem").count(), 0);
  assert.deepEqual((await specOf(admin))["quietHours"], [
    { start: "22:00", end: "08:00" },
    { start: "08:00", end: "09:30" },
  ]);
});

void test("every other field: by hand in the form, each with its own refusal, and nothing else changes", async (t) => {
  const admin = await startAdmin(t);
  await storePolicy(admin, {});
  const before = await specOf(admin);
  const page = await openPolicy(t, "operator.approver", admin);
  await page.getByRole("button", { name: "Add a holiday" }).click();
  const holiday = group(page, "Holidays").getByLabel("Holiday 1", { exact: true }).locator("input");
  await holiday.and(page.locator(":focus")).waitFor();
  await holiday.fill("2026-12-25");
  await page.getByRole("button", { name: "Move SMS up" }).press("Enter");
  // The focus goes with the channel, which cannot be moved further up.
  await page.getByRole("button", { name: "Move SMS down" }).and(page.locator(":focus")).waitFor();
  await page.getByRole("button", { name: "Remove: Push" }).click();
  const sms = page.getByRole("region", { name: "SMS" });
  await number(sms, "Sends per second").fill("25");
  await sms.getByRole("button", { name: "Remove: Before attempt 4" }).click();
  await number(sms, "Before attempt 2").fill("2");
  await sms.getByLabel("Unit of: Before attempt 2").selectOption("h");
  await number(sms, "Jitter").fill("30");
  await number(page, "Release spread").fill("45");
  await number(page, "Deadline").fill("3000");
  await number(page, "Lease").fill("90");
  await number(page, "Unknown outcomes").fill("3");
  await page.getByLabel("Template set").fill("winter");
  await number(page, "Counted over").fill("40");
  await number(page, "Opens above").fill("120");
  await number(page, "Undecided at most").fill("20");
  await pressStore(page);
  const beside = page.locator(".field", { has: number(page, "Deadline") }).locator(".wrong");
  assert.equal(await beside.textContent(), "must be from 0s to 2160h");
  const share = page.locator(".field", { has: number(page, "Opens above") }).locator(".wrong");
  assert.match((await share.textContent()) ?? "", /99/);
  await number(page, "Deadline").fill("72");
  await number(page, "Opens above").fill("25");
  await pressStore(page);
  await page.getByText("Done: Store").waitFor();
  const { sms: _sms, ...rates } = before["sendsPerSecond"] as Record<string, number>;
  const { sms: _ladder, ...ladders } = before["retries"] as Record<string, object>;
  const breaker = {
    ...(before["breaker"] as object),
    window: "40s",
    failurePercent: 25,
    undecidedFor: "20m",
  };
  assert.deepEqual(await specOf(admin), {
    ...{ quietHours: before["quietHours"], holidays: ["2026-12-25"], channels: ["sms", "email"], breaker },
    sendsPerSecond: { ...rates, sms: 25 },
    retries: { ...ladders, sms: { delays: ["2h", "60s"], jitterPercent: 30 } },
    ...{
      releaseSpread: "45m",
      deliverWithin: "72h",
      lease: "90s",
      maxUnknownOutcomes: 3,
      templates: "winter",
    },
  });
  await page.getByText("As JSON").click();
  const text = page.getByLabel("The whole policy");
  await text.fill("{ broken");
  assert.equal(await page.getByRole("button", { name: "Store" }).isDisabled(), true);
  await text.fill(JSON.stringify({ ...before, lease: "2m" }));
  assert.equal(await number(page, "Lease").inputValue(), "2");
  await page.getByRole("button", { name: "Undo changes" }).click();
  assert.equal(await number(page, "Lease").inputValue(), "90");
});

void test("who may not change it reads it; in Korean, on a phone, with many windows, nothing is hidden or too wide", async (t) => {
  const admin = await startAdmin(t);
  const quietHours = [
    { start: "21:30", end: "08:00" },
    { start: "12:00", end: "13:15" },
  ];
  await storePolicy(admin, {
    quietHours,
    holidays: ["2026-12-25", "2027-01-01", "2027-02-07"],
    channels: ["sms"],
  });
  const viewer = await openPolicy(t, "viewer", admin);
  await viewer.getByText("Operators may change it.").waitFor();
  assert.equal(await viewer.getByRole("button", { name: "Store" }).count(), 0);
  assert.equal(await viewer.locator("form :is(input, select, button):enabled").count(), 0);
  assert.deepEqual(await violationsIn(viewer), []);
  await viewer.setViewportSize({ width: 1_280, height: 1_400 });
  await keepPicture(viewer, "policy-viewer");

  const page = await openPolicy(t, "operator", admin);
  await page.evaluate('document.documentElement.dataset.theme = "light"');
  await keepPicture(page, "policy-light");
  await page.getByRole("button", { name: "한국어" }).click();
  await settledPage(page);
  await page.getByRole("heading", { name: "정책 winter" }).waitFor();
  await page.setViewportSize({ width: 1_280, height: 2_300 });
  for (const theme of ["dark", "light"]) {
    await page.evaluate(`document.documentElement.dataset.theme = "${theme}"`);
    await keepPicture(page, `policy-ko-${theme}`);
  }
  await page.setViewportSize({ width: 360, height: 3_600 });
  assert.ok((await overhang(page)) <= 0);
  await keepPicture(page, "policy-ko-phone");
  assert.deepEqual(await violationsIn(page), []);
});

void test("a policy of an older program that fits the form no more is mended as JSON, and has its form again", async (t) => {
  const admin = await startAdmin(t);
  await storePolicy(admin, {});
  await admin.owner.query(`update notification_policies set spec = '{"lease": "for ever"}'`);
  const page = await openPolicy(t, "operator", admin);
  await page.getByText("An older program stored this policy").waitFor();
  assert.equal(await page.getByRole("img", { name: /A member's day/ }).count(), 0);
  await pressStore(page);
  await page.getByRole("alert").getByText("spec.lease").waitFor();
  await page.getByLabel("The whole policy").fill('{"lease": "75s"}');
  await pressStore(page);
  await page.getByRole("img", { name: /A member's day/ }).waitFor();
  assert.equal(await number(page, "Lease").inputValue(), "75");
  assert.equal((await specOf(admin))["lease"], "75s");
});
