import assert from "node:assert/strict";
import { test } from "node:test";
import { signInByKeyboard, startBrowser } from "./browser.ts";
import { deliveredMonth } from "./dashboard-scene.ts";
import { startAdmin } from "./admin.ts";
import { drive, populate } from "./run-scene.ts";

void test("start a run, look at its proof, approve it as somebody else", async (t) => {
  const admin = await startAdmin(t);
  await populate(admin.databaseUrl, 60);
  // What is wrong is answered by 400.
  const expected = /400 .*runs/;
  const maker = await startBrowser(t, admin, { expected });
  await signInByKeyboard(maker.page, "operator");
  await maker.page.goto("/start");
  await maker.page.getByLabel("Month").fill("2026-10");
  await maker.page.getByLabel("Name").fill("october");
  await maker.page.getByLabel("Mode").selectOption("Plan");
  await maker.page.getByRole("combobox", { name: "Messages" }).selectOption("None");
  await maker.page.getByLabel("Partitions").fill("4");
  await maker.page.getByLabel("At once").fill("8");
  await maker.page.getByRole("button", { name: "Start a run" }).click();
  await maker.page.getByRole("alert").getByText("must not exceed partitions").waitFor();
  await maker.page.getByLabel("At once").fill("2");
  await maker.page.getByRole("button", { name: "Start a run" }).click();
  await maker.page.getByRole("heading", { level: 1, name: "Run october" }).waitFor();

  assert.equal(await drive(t, admin.databaseUrl, "october"), "AwaitingApproval");
  await maker.page.getByText("An approver, not the one who started it, can approve.").waitFor();
  await maker.page.getByText(/all \d+ checks hold/).waitFor();

  const checker = await startBrowser(t, admin, { expected });
  await signInByKeyboard(checker.page, "approver");
  await checker.page.goto("/runs/october");
  await checker.page.getByRole("button", { name: "Approve" }).click();
  await checker.page.getByRole("dialog").getByRole("button", { name: "Approve" }).click();
  await checker.page.getByText("Done: Approve").waitFor();
  assert.equal(await drive(t, admin.databaseUrl, "october"), "Completed");
  const { rows } = await admin.owner.query("select state from generations");
  assert.deepEqual(rows, [{ state: "live" }]);
});

void test("send a waiting message now, redrive a dead one after a dry run, pause a channel, hold delivery", async (t) => {
  const { admin, scheduled, dead } = await deliveredMonth(t, 60);
  const { page } = await startBrowser(t, admin, { expected: /api\/v1\/lag/ });
  await signInByKeyboard(page, "operator");
  const stateOf = async (bill: number): Promise<unknown> => {
    const { rows } = await admin.owner.query<{ state: string; reason: string; mg: number }>(
      "select state, reason, message_generation as mg from notifications where bill_id = $1",
      [bill],
    );
    return rows[0];
  };
  await page.goto(`/bills/${scheduled}`);
  await page.getByRole("button", { name: "Send now" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Send now" }).click();
  await page.getByText("Done: Send now").waitFor();
  assert.deepEqual(await stateOf(scheduled), { state: "SCHEDULED", reason: "forced", mg: 1 });

  await page.goto(`/dead-letters?cause=permanent`);
  const row = page.getByRole("row").filter({ hasText: String(dead) });
  await row.getByRole("button", { name: "Redrive" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByRole("button", { name: "Look first" }).click();
  await dialog.getByText("1 messages would be moved").waitFor();
  assert.deepEqual(
    await stateOf(dead),
    { state: "DEAD", reason: "permanent", mg: 1 },
    "a look moves nothing",
  );
  await dialog.getByRole("button", { name: "Redrive" }).click();
  await page.getByText("1 messages moved").waitFor();
  assert.deepEqual(await stateOf(dead), { state: "SCHEDULED", reason: "redrive", mg: 2 });

  await page.goto("/delivery");
  await page.getByRole("row").filter({ hasText: "SMS" }).getByRole("button", { name: "Pause" }).click();
  await dialog.getByLabel("Reason").fill("the provider called");
  await dialog.getByRole("button", { name: "Pause" }).click();
  await page.getByText("Done: Pause").waitFor();
  await page.getByRole("button", { name: "Hold delivery" }).click();
  await dialog.getByLabel("Reason").fill("a drill");
  await dialog.getByRole("button", { name: "Hold delivery" }).click();
  await page.getByText("Delivery is held").waitFor();
  await page.getByRole("link", { name: "Overview" }).click();
  await page.locator("b", { hasText: "SMS is paused" }).waitFor();
  await page.locator("b", { hasText: "Delivery is held: nothing is sent" }).waitFor();
});
