import assert from "node:assert/strict";
import { test, type TestContext } from "node:test";
import type { Locator, Page } from "playwright-core";
import { setBillingClock } from "../delivery/world.ts";
import { signInByKeyboard, startBrowser, violationsIn } from "./browser.ts";
import { deliveredMonth, keepPicture, settledPage, type Delivered } from "./dashboard-scene.ts";
import { actAs, press, tabTo } from "./press.ts";

// What is offered and pressed on the page of a bill, of its member and of adjustments, and what the database says of it.

interface BillScene extends Delivered {
  readonly page: Page;
  /** Bills whose e-mail waits, as many as asked for. */
  readonly waiting: readonly number[];
}

async function scene(t: TestContext): Promise<BillScene> {
  const month = await deliveredMonth(t, 60);
  const { admin } = month;
  await setBillingClock(admin.owner, "2026-11-02T12:00:00+09:00");
  const { rows } = await admin.owner.query<{ id: number }>(
    `select n.bill_id as id from notifications n join members m on m.id = n.member_id
      where n.state = 'SCHEDULED' and n.channel = 'email' and m.time_zone = 'Asia/Seoul' and m.quiet_start is null
      order by 1 limit 3`,
  );
  const { page } = await startBrowser(t, admin);
  await signInByKeyboard(page, "operator");
  return { ...month, page, waiting: rows.map(({ id }) => id) };
}

/** State, reason and message generation. */
async function standing({ admin }: BillScene, billId: number): Promise<string> {
  const { rows } = await admin.owner.query<{ text: string }>(
    `select state || ' ' || reason || ' m' || message_generation || ' ' || channel_plan as text
       from notifications where bill_id = $1`,
    [billId],
  );
  return rows[0]?.text ?? "";
}

const offers = async (page: Page): Promise<string[]> => {
  await settledPage(page);
  return await page.locator(".page-head .actions button").allTextContents();
};
const named = (texts: readonly string[]): string => texts.map((text) => text.trim()).join(", ");

void test("a bill offers what its message allows, and each does what it says", async (t) => {
  const at = await scene(t);
  const { page, sent, dead } = at;
  const [first = 0, second = 0] = at.waiting;

  await page.goto(`/bills/${first}`);
  assert.equal(
    named(await offers(page)),
    "Send now, Reserve, Hold the bill, Cancel the message, Credit note",
  );
  await press(page, "Hold the bill", { Reason: "disputed" });
  await page.getByRole("button", { name: "Release the bill" }).waitFor();
  assert.equal(named(await offers(page)), "Release the bill, Cancel the message, Credit note");
  assert.match(await standing(at, first), /^SCHEDULED held m1/);
  await press(page, "Release the bill");
  await page.getByRole("button", { name: "Reserve" }).waitFor();
  assert.match(await standing(at, first), /^SCHEDULED (released|send-day) m1/);

  await press(page, "Reserve", { When: "2026-11-20T10:30" });
  await page.getByText("Done: Reserve").waitFor();
  assert.match(await standing(at, first), /^SCHEDULED reserved m1/);
  const { rows } = await at.admin.owner.query("select due_at from notifications where bill_id = $1", [first]);
  assert.deepEqual(rows, [{ due_at: new Date("2026-11-20T10:30:00+09:00") }]);

  await page.goto(`/bills/${second}`);
  await at.admin.owner.query("update notifications set state = 'QUEUED' where bill_id = $1", [second]);
  await page.reload();
  assert.equal(named(await offers(page)), "Hold the bill, Cancel the message, Credit note");
  await press(page, "Cancel the message", { Reason: "moved away" });
  await page.getByRole("button", { name: "Cancel the message" }).waitFor({ state: "detached" });
  assert.match(await standing(at, second), /^CANCELLED cancelled m1/);
  assert.equal(named(await offers(page)), "Credit note");

  await page.goto(`/bills/${dead}`);
  assert.equal(named(await offers(page)), "Redrive, Convert to SMS, Credit note");
  await press(page, "Convert to SMS");
  await page.getByRole("button", { name: "Send now" }).waitFor();
  assert.equal(await standing(at, dead), "SCHEDULED redrive m2 sms");

  await page.goto(`/bills/${sent}`);
  assert.equal(named(await offers(page)), "Send again, Credit note");
  await press(page, "Send again", { Reason: "did not find it" });
  await page.getByRole("button", { name: "Send now" }).waitFor();
  assert.match(await standing(at, sent), /^SCHEDULED resend m2/);
});

void test("a whole command by keyboard: the dialog keeps the focus, Escape gives it back, nothing is done before", async (t) => {
  const at = await scene(t);
  const { page } = at;
  const [billId = 0] = at.waiting;
  await page.goto(`/bills/${billId}`);
  await settledPage(page);
  const button = await tabTo(page, "Hold the bill");
  await page.keyboard.press("Enter");
  const dialog = page.getByRole("dialog");
  await dialog.waitFor();
  assert.deepEqual(await violationsIn(page), [], "with the dialog open");
  for (let step = 0; step < 12; step++) {
    await page.keyboard.press("Tab");
    const where = await page.evaluate(
      "document.activeElement.closest('dialog') !== null || document.activeElement === document.body",
    );
    assert.equal(where, true, "Tab does not leave the dialog");
  }
  await page.keyboard.press("Escape");
  await dialog.waitFor({ state: "detached" });
  await button.and(page.locator(":focus")).waitFor();
  assert.doesNotMatch(await standing(at, billId), /held/);

  await page.keyboard.press("Enter");
  await dialog.waitFor();
  await focused(page, dialog.getByLabel("Reason"));
  await page.keyboard.type("disputed by the member");
  await tabTo(page, "Hold the bill");
  await page.keyboard.press("Enter");
  await page.getByRole("button", { name: "Release the bill" }).waitFor();
  assert.match(await standing(at, billId), /^SCHEDULED held m1/);
  // The button that had the focus is gone: it is at the heading, not at the top of everything.
  await page.locator("h1:focus").waitFor();
});

/** Presses Tab until a field has the focus. */
async function focused(page: Page, field: Locator): Promise<void> {
  for (let step = 0; step < 12; step++) {
    if ((await field.and(page.locator(":focus")).count()) > 0) return;
    await page.keyboard.press("Tab");
  }
  throw new Error("the field is not reached by Tab");
}

void test("credit notes and adjustments wait for somebody else, and a member's wishes are changed", async (t) => {
  const at = await scene(t);
  const { page, admin } = at;
  const { rows } = await admin.owner.query<{ bill: number; account: number; member: number }>(
    `select b.bill_id as bill, b.account_id as account, a.member_id as member
       from bills b join accounts a on a.id = b.account_id where total_minor > 51000 order by 1 limit 1`,
  );
  const [one] = rows;
  assert.ok(one);
  await page.goto(`/bills/${one.bill}`);
  await press(page, "Credit note", { Month: "2026-11", Amount: "51000", Reason: "roaming that was none" });
  await page.goto("/adjustments");
  for (const [amount, why] of [
    ["-70000", "goodwill"],
    ["60000", "a mistake"],
  ] as const) {
    const fields = { Account: String(one.account), Month: "2026-11", Amount: amount, Reason: why };
    await press(page, "New adjustment", fields);
    await page.getByRole("cell", { name: why }).waitFor();
  }
  assert.equal(
    await page.getByRole("button", { name: "Approve" }).count(),
    0,
    "an operator approves nothing",
  );

  await actAs(page, "approver");
  await page.getByText("3 adjustments wait for an approver").first().waitFor();
  await page.getByRole("link", { name: /adjustments wait/ }).click();
  const row = (why: string): Locator => page.getByRole("row").filter({ hasText: why });
  await row("roaming").waitFor();
  await settledPage(page);
  await keepPicture(page, "tour-adjustments");
  await press(page, "Approve", {}, row("roaming"));
  await row("roaming").waitFor({ state: "detached" });
  await press(page, "Reject", { Reason: "no grounds" }, row("a mistake"));
  await row("a mistake").waitFor({ state: "detached" });
  const decided = await admin.owner.query(
    `select kind, amount_minor::text as amount, state, decided_by as by from adjustment_orders
      where period = '2026-11-01' and created_by = 'operator' order by id`,
  );
  assert.deepEqual(decided.rows, [
    { kind: "final", amount: "-51000", state: "recorded", by: "approver" },
    { kind: "taxable", amount: "-70000", state: "pending", by: null },
    { kind: "taxable", amount: "60000", state: "rejected", by: "approver" },
  ]);

  await actAs(page, "operator");
  await page.goto(`/members/${one.member}`);
  await press(page, "Change", {
    ...{ Language: "en", "Preferred channel": "sms", "Send day": "17" },
    ...{ "Quiet from": "21:00", to: "09:30" },
  });
  await page.getByText("21:00–09:30").waitFor();
  const wishes = await admin.owner.query(
    `select language, preferred_channel as channel, send_day as day, quiet_start as "from", quiet_end as "to"
       from members where id = $1`,
    [one.member],
  );
  assert.deepEqual(wishes.rows, [{ language: "en", channel: "sms", day: 17, from: 1_260, to: 570 }]);
});
