import assert from "node:assert/strict";
import { test, type TestContext } from "node:test";
import type { Page } from "playwright-core";
import { giveUp } from "../commands/dead.ts";
import { signInByKeyboard, startBrowser } from "./browser.ts";
import { keepPicture, settledPage } from "./dashboard-scene.ts";
import { actAs, press } from "./press.ts";
import { until } from "./run-scene.ts";
import { address, bill, deliveryScene, type Scene } from "./scene.ts";

// What two people press about many messages: channels, the hold of all delivery, dead letters, templates.

async function open(t: TestContext, dead: readonly number[]): Promise<{ scene: Scene; page: Page }> {
  const scene = await deliveryScene(t, 12);
  await giveUp(scene.owner, address, dead);
  const { page } = await startBrowser(t, scene, { expected: /api\/v1\/lag/ });
  await signInByKeyboard(page, "operator");
  return { scene, page };
}

async function count({ owner }: Scene, where: string): Promise<number> {
  return (await owner.query(`select from notifications where ${where}`)).rowCount ?? -1;
}

void test("a channel is paused and resumed; all delivery is held by an operator and armed by an approver", async (t) => {
  const { scene, page } = await open(t, []);
  const paused = async (): Promise<unknown[]> =>
    (await scene.owner.query("select channel, paused from channel_controls where channel = 'sms'")).rows;
  await page.goto("/delivery");
  const sms = page.getByRole("table", { name: "Channels" }).getByRole("row").filter({ hasText: "SMS" });
  await press(page, "Pause", { Reason: "the provider called" }, sms);
  await sms.getByRole("button", { name: "Resume" }).waitFor();
  assert.deepEqual(await paused(), [{ channel: "sms", paused: true }]);
  await page.getByRole("link", { name: "Overview" }).click();
  await page.locator("b", { hasText: "SMS is paused" }).waitFor();
  await page.goto("/delivery");
  await press(page, "Resume", {}, sms);
  await sms.getByRole("button", { name: "Pause" }).waitFor();
  assert.deepEqual(await paused(), [{ channel: "sms", paused: false }]);

  await press(page, "Hold delivery", { Reason: "a drill" });
  await page.getByText("Delivery is held").waitFor();
  await page.getByText("An approver can arm it.").waitFor();
  const held = async (): Promise<unknown> =>
    (await scene.owner.query<{ held: string | null }>("select delivery_hold() as held")).rows[0]?.held;
  assert.notEqual(await held(), null);
  await page.getByRole("link", { name: "Overview" }).click();
  await page.locator("b", { hasText: "Delivery is held: nothing is sent" }).waitFor();

  await actAs(page, "approver");
  await page.goto("/delivery");
  await page.getByRole("button", { name: "Arm delivery" }).click();
  await page.getByRole("dialog").getByText("Of 12 under way, 12 are due and leave at once.").waitFor();
  await page.getByRole("dialog").getByRole("button", { name: "Cancel" }).click();
  assert.notEqual(await held(), null);
  await press(page, "Arm delivery", { Reason: "the drill is over" });
  await page.getByText("Delivery is held").waitFor({ state: "detached" });
  assert.equal(await held(), null);
});

void test("a large redrive is kept: withdrawn it moves nothing, carried out by somebody else it moves all", async (t) => {
  const { scene, page } = await open(t, [1, 2, 3, 4, 5, 6, 7, 8]);
  await page.goto("/dead-letters?cause=permanent");
  const row = page.getByRole("row").filter({ hasText: String(bill(3)) });
  await row.getByRole("button", { name: "Show" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("Reason").fill("the member called");
  await dialog.getByRole("button", { name: "Show" }).click();
  await dialog.getByText("m3@example.com").waitFor();
  await dialog.getByRole("button", { name: "Close" }).click();
  await page.getByText("m3@example.com").waitFor({ state: "detached" });
  const { rows } = await scene.owner.query(
    "select actor, detail ->> 'reason' as reason from audit_log where action = 'dead-letter.payload'",
  );
  assert.deepEqual(rows, [{ actor: "operator", reason: "the member called" }]);

  const redriveAll = async (reason: string): Promise<void> => {
    await page.goto("/dead-letters?cause=permanent");
    await page.getByRole("button", { name: "Redrive all that fit …" }).click();
    await dialog.getByLabel("Reason").fill(reason);
    await dialog.getByRole("button", { name: "Look first" }).click();
    await dialog.getByText("8 messages would be moved").waitFor();
    await dialog.getByText("More than 5: the order is kept until an approver carries it out.").waitFor();
    await dialog.getByRole("button", { name: "Redrive" }).click();
    await page.getByText("Kept until an approver carries it out.", { exact: true }).waitFor();
  };
  await redriveAll("too early");
  await page.goto("/messages");
  const orders = page.getByRole("table", { name: "Orders that wait for an approver" });
  assert.equal(await orders.getByRole("button", { name: "Carry out" }).count(), 0);
  await press(page, "Withdraw", {}, orders);
  await orders.getByText("too early").waitFor({ state: "detached" });
  assert.equal(await count(scene, "state = 'DEAD'"), 8);

  await redriveAll("the provider is back");
  assert.equal(await count(scene, "state = 'DEAD'"), 8);
  await actAs(page, "approver");
  await page.getByText("1 large orders wait for an approver").first().waitFor();
  await page.goto("/messages");
  await orders.getByText("the provider is back").waitFor();
  await settledPage(page);
  await keepPicture(page, "tour-orders");
  await press(page, "Carry out", { Reason: "agreed" }, orders);
  await orders.getByText("the provider is back").waitFor({ state: "detached" });
  assert.equal(await count(scene, "state = 'DEAD'"), 0);
  assert.equal(await count(scene, "reason = 'redrive' and message_generation = 2"), 8);
  const kept = await scene.owner.query("select state from delivery_orders order by created_at");
  assert.deepEqual(kept.rows, [{ state: "withdrawn" }, { state: "executed" }]);
});

void test("a template: wrong, then sound, saved, previewed, and published by somebody else", async (t) => {
  const { scene, page } = await open(t, []);
  await page.goto("/templates");
  await page.getByRole("link", { name: "default · SMS · ko" }).click();
  const text = page.getByLabel("text", { exact: true });
  const before = await text.inputValue();
  await text.fill(`안내 {{ nobody }} ${before}`);
  await page.getByRole("button", { name: "Check" }).click();
  await page.getByText(/^\d+ problems$/).waitFor();
  await text.fill(`안내 ${before}`);
  await page.getByRole("button", { name: "Check" }).click();
  await page.getByText(/^Sound: tried on \d+ bills\.$/).waitFor();
  await page.getByLabel("What is different").fill("with a greeting");
  await page.getByRole("button", { name: "Save as draft" }).click();
  await page.getByText("Draft 2 saved").waitFor();
  await page.locator(".diff .added", { hasText: "안내" }).first().waitFor();
  await page.getByLabel("Bill number").fill(String(bill(2)));
  await page.getByRole("button", { name: "View" }).click();
  await until(
    async () => (await page.locator(".panel pre").first().textContent())?.startsWith("안내 ") === true,
  );
  await settledPage(page);
  await keepPicture(page, "tour-template");
  assert.equal(await page.getByRole("button", { name: "Publish" }).count(), 0);
  const versions = async (): Promise<unknown[]> =>
    (
      await scene.owner.query(
        `select version, saved_by as "savedBy", published_by as "publishedBy" from template_versions
          where set_name = 'default' and channel = 'sms' and locale = 'ko' and version > 1`,
      )
    ).rows;
  assert.deepEqual(await versions(), [{ version: 2, savedBy: "operator", publishedBy: null }]);

  await actAs(page, "approver");
  await page.goto("/templates/default/sms/ko");
  await press(page, "Publish");
  await page.getByRole("button", { name: "Publish" }).waitFor({ state: "detached" });
  assert.deepEqual(await versions(), [{ version: 2, savedBy: "operator", publishedBy: "approver" }]);
});
