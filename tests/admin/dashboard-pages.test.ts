import assert from "node:assert/strict";
import { test } from "node:test";
import { overhang, signInByKeyboard, startBrowser, violationsIn } from "./browser.ts";
import type { Client } from "../../platform/postgres.ts";
import { deliveredMonth, keepPicture, settledPage } from "./dashboard-scene.ts";
import { rename } from "./settled.ts";

// Lag asks Kafka, which these tests do not start.
const expected = /\/api\/v1\/lag/;

void test("every page: read whole, on a desk and on a phone, without a serious violation in either theme", async (t) => {
  const { admin, ...bills } = await deliveredMonth(t);
  const { rows } = await admin.owner.query<{ member: number }>(
    "select member_id as member from notifications where bill_id = $1",
    [bills.sent],
  );
  const member = rows[0]?.member ?? 0;
  const run = await nameOfRun(admin.owner);
  const pages = [
    ...[
      "/",
      "/runs",
      `/runs/${run}`,
      "/start",
      "/schedules",
      "/members",
      `/members/${member}`,
      `/bills/${bills.sent}`,
    ],
    ...[
      "/adjustments",
      "/delivery",
      "/messages",
      "/dead-letters",
      "/templates",
      "/templates/default/email/ko",
    ],
    ...["/policies", "/policies/default", "/batches", "/store", "/audit"],
  ];
  await suspectProvider(admin.owner);
  const { page } = await startBrowser(t, admin, { expected });
  await signInByKeyboard(page, "operator.approver");
  for (const path of pages) {
    const name =
      path === "/"
        ? "overview"
        : path
            .slice(1)
            .replaceAll("/", "-")
            .replaceAll(/\d{4,}/g, "n");
    await page.goto(path);
    await settledPage(page);
    const problems = await page.locator(".problem").allTextContents();
    // These tests start no Kafka.
    const others = problems.filter((text) => !text.includes("KAFKA_BOOTSTRAP"));
    assert.deepEqual(others, [], `${path} shows a problem`);
    for (const theme of ["dark", "light"]) {
      await page.evaluate(
        `document.documentElement.dataset.theme = "${theme}"; dispatchEvent(new Event("themechange"))`,
      );
      await keepPicture(page, `${name}-${theme}`);
    }
    await page.setViewportSize({ width: 360, height: 740 });
    const sideways = await overhang(page);
    await keepPicture(page, `${name}-phone`);
    assert.ok(sideways <= 0, `${path} is ${sideways} px too wide on a phone`);
    await page.setViewportSize({ width: 1_280, height: 800 });
    assert.deepEqual(await violationsIn(page), [], path);
  }
  await page.goto("/");
  await page.getByText("the breaker of alpha is open").first().waitFor();
  await page.goto("/delivery");
  await page.getByText("in 1 of 2 consumers since").waitFor();
  await page.getByRole("button", { name: "한국어" }).click();
  await settledPage(page);
  await keepPicture(page, "delivery-ko");
});

/** As two consumers tell of it. They are not there: what they told stays in sight for an hour. */
async function suspectProvider(owner: Client): Promise<void> {
  await owner.query(
    `insert into provider_rates (channel, provider) values ('email', 'alpha'), ('email', 'beta'), ('sms', 'gateway')`,
  );
  await owner.query(
    `insert into provider_breakers (channel, provider, consumer, state, probe_at, told_at)
     select channel, provider, consumer, state, now() + probe, now() + interval '1 hour'
       from (values ('email', 'alpha', 'consumer-email-a', 'open', interval '25 seconds'),
                    ('email', 'alpha', 'consumer-email-b', 'closed', null),
                    ('email', 'beta', 'consumer-email-a', 'closed', null),
                    ('email', 'beta', 'consumer-email-b', 'closed', null))
            as told(channel, provider, consumer, state, probe)`,
  );
}

void test("a member's name is text wherever it is shown, whatever it says", async (t) => {
  const { admin, sent } = await deliveredMonth(t, 40);
  const { rows } = await admin.owner.query<{ member: number }>(
    "select member_id as member from notifications where bill_id = $1",
    [sent],
  );
  const member = rows[0]?.member ?? 0;
  const evil = `<img src=x onerror="document.title='owned'">`;
  await rename(admin.owner, member, evil);
  const { page } = await startBrowser(t, admin);
  await signInByKeyboard(page, "operator.approver");
  await page.goto(`/members/${member}`);
  await page.getByRole("button", { name: "Show in plain" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("Reason").fill("a test");
  await dialog.getByRole("button", { name: "Show in plain" }).click();
  await page.getByText(evil).waitFor();
  assert.equal(await page.locator("main img").count(), 0);
  const frame = page.frameLocator("iframe");
  await page.goto(`/bills/${sent}`);
  await frame.locator("body").waitFor();
  assert.equal(await frame.locator("img[src=x]").count(), 0);
  assert.doesNotMatch(await page.title(), /owned/);
});

async function nameOfRun(owner: { query: (sql: string) => Promise<{ rows: unknown[] }> }): Promise<string> {
  const { rows } = await owner.query("select name from bill_runs order by created_at limit 1");
  return (rows as { name: string }[])[0]?.name ?? "";
}
