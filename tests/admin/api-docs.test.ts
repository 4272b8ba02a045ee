import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { test } from "node:test";
import type { Locator } from "playwright-core";
import { startAdmin } from "./admin.ts";
import { signInByKeyboard, startBrowser } from "./browser.ts";

async function execute(operation: Locator, fill: (operation: Locator) => Promise<void>): Promise<Locator> {
  await operation.locator(".opblock-summary-control").click();
  await operation.getByRole("button", { name: "Try it out" }).click();
  await fill(operation);
  await operation.getByRole("button", { name: "Execute" }).click();
  const answer = operation.locator(".live-responses-table tbody tr.response").first();
  await answer.waitFor();
  return answer;
}

void test("the page of the API works under the policy that forbids inline code: a look and a changing call of who is signed in", async (t) => {
  const admin = await startAdmin(t);
  const { page } = await startBrowser(t, admin);
  await signInByKeyboard(page, "operator");
  await page.goto("/api/docs");
  await page.getByRole("heading", { name: /billing-operator/ }).waitFor();
  const operation = (id: string): Locator => page.locator(`[id$="-${id}"].opblock`);

  const me = await execute(operation("getMe"), () => Promise.resolve());
  assert.match(await me.innerText(), /^200/);
  assert.match(await me.innerText(), /"name": "operator"/);

  const standing = await execute(operation("getSession"), () => Promise.resolve());
  assert.match(await standing.innerText(), /^200/, "it is asked at its own address, not below /api/v1");

  const paused = await execute(operation("postChannelsChannelPause"), async (own) => {
    await own.getByPlaceholder("Idempotency-Key").fill(randomUUID());
    await own.locator("table.parameters tr", { hasText: "channel" }).locator("select").selectOption("sms");
    await own.locator("textarea.body-param__text").fill(JSON.stringify({ reason: "tried out" }));
  });
  assert.match(await paused.innerText(), /^200/, "it carries the token against other sites by itself");
  const { rows } = await admin.owner.query("select channel, reason, changed_by from channel_controls");
  assert.deepEqual(rows, [{ channel: "sms", reason: "tried out", changed_by: "operator" }]);
});
