import assert from "node:assert/strict";
import { test } from "node:test";
import type { Page } from "playwright-core";
import { TOPICS } from "../../events/topics.ts";
import { idempotencyKey } from "../../notification/idempotency-key.ts";
import { signInByKeyboard, startBrowser } from "./browser.ts";
import { keepPicture, settledPage } from "./dashboard-scene.ts";
import { plainMembers, reach, type PlainMember } from "./doomed-members.ts";
import { liveSystem, type LiveSystem } from "./live-system.ts";
import { press } from "./press.ts";
import { until } from "./run-scene.ts";

// A month by two people in their browsers, over real servers and processes: what they see happens, and happens once.

void test(
  "start, approve, deliver, send one now, redrive one that died: in the browser, and once at the provider",
  { timeout: 400_000 },
  async (t) => {
    const system = await liveSystem(t, 160);
    const { admin } = system;
    const [doomed, ...bouncing] = await plainMembers(admin.owner, 6);
    const [bounced] = bouncing;
    assert.ok(doomed !== undefined && bounced !== undefined);
    await reach(admin.owner, doomed.memberId, "bounce+1@example.com", "01099990001");
    for (const [at, { memberId }] of bouncing.entries()) {
      await reach(admin.owner, memberId, `bounce+${at + 2}@example.com`, `0103333000${at}`);
    }
    // What is wrong is answered by 400; the lag of a broker that starts can be late.
    const expected = /400 .*runs|503 .*lag/;
    const { page: maker } = await startBrowser(t, admin, { expected });
    const { page: checker } = await startBrowser(t, admin, { expected });
    await Promise.all([signInByKeyboard(maker, "operator"), signInByKeyboard(checker, "approver")]);

    await startRun(maker);
    await approve(checker);
    await watchDelivery(system, checker);
    await sendOneNow(system, maker);
    await redriveDead(system, maker, doomed);
    await everythingOnce(system);
    await keepPictures(maker, bounced);
  },
);

async function startRun(page: Page): Promise<void> {
  await page.goto("/start");
  await page.getByLabel("Month").fill("2026-10");
  await page.getByLabel("Name").fill("october");
  await page.getByLabel("Mode").selectOption("Plan");
  await page.getByLabel("Partitions").fill("4");
  await page.getByLabel("At once").fill("8");
  await page.getByRole("button", { name: "Start a run" }).click();
  await page.getByRole("alert").getByText("must not exceed partitions").waitFor();
  await page.getByLabel("At once").fill("2");
  await page.getByRole("button", { name: "Start a run" }).click();
  await page.getByRole("heading", { level: 1, name: "Run october" }).waitFor();
  // The page hears of the run's steps by itself.
  await page.getByText("An approver, not the one who started it, can approve.").waitFor({ timeout: 120_000 });
  await page.getByText(/all \d+ checks hold/).waitFor();
}

async function approve(page: Page): Promise<void> {
  await page.goto("/");
  await page.getByText("october waits for approval").first().waitFor();
  await page.getByRole("link", { name: /october waits for approval/ }).click();
  await page.getByText(/all \d+ checks hold/).waitFor();
  await settledPage(page);
  await keepPicture(page, "tour-run");
  await press(page, "Approve", { Reason: "the sums agree" });
  await page.getByText("Delivering").first().waitFor({ timeout: 60_000 });
}

const partitionsOf = (page: Page) =>
  page.getByRole("row").filter({ hasText: TOPICS.email }).getByRole("img").getAttribute("aria-label");

/** Messages leave for real while the page is open; it is not loaded again. */
async function watchDelivery({ world }: LiveSystem, page: Page): Promise<void> {
  await page.goto("/delivery");
  await page.evaluate("window.loadedOnce = true");
  await page.getByText("Nothing was sent yet.").waitFor();
  world.start("dispatcher");
  await until(async () => /^0: [1-9]\d*, 1: [1-9]\d*$/.test((await partitionsOf(page)) ?? ""));
  for (const channel of ["email", "sms", "push"]) world.start(channel);
  const log = page.getByRole("region", { name: "Send log" }).getByRole("listitem");
  await until(async () => (await log.count()) > 30);
  assert.ok((await log.filter({ hasText: "refused for good" }).count()) > 0, "what bounced is in the log");
  await page
    .getByRole("img", { name: /Sends by channel/ })
    .first()
    .waitFor();
  await page.setViewportSize({ width: 1_280, height: 1_250 });
  await settledPage(page);
  await keepPicture(page, "tour-delivery");
  await until(async () => (await partitionsOf(page)) === "0: 0, 1: 0");
  assert.equal(await page.evaluate("window.loadedOnce"), true);
  await world.until("nothing under way but what waits for its day", async () => {
    const { rows } = await world.database.query<{ n: number }>(
      `select count(*) as n from notifications
        where state in ('QUEUED', 'SENDING', 'UNKNOWN') or (state = 'SCHEDULED' and due_at <= billing_now())`,
    );
    return { done: Number(rows[0]?.n) === 0, seen: String(rows[0]?.n) };
  });
}

/** Of a message whose member wants it on the 21st. */
async function sendOneNow(system: LiveSystem, page: Page): Promise<void> {
  await page.goto("/messages?state=SCHEDULED&reason=send-day&channel=email");
  const waiting = await system.world.database.query<{ id: number }>(
    `select n.bill_id as id from notifications n join members m on m.id = n.member_id
      where n.state = 'SCHEDULED' and n.reason = 'send-day' and n.channel = 'email'
        and m.time_zone = 'Asia/Seoul' and m.quiet_start is null
      order by 1 limit 1`,
  );
  const billId = waiting.rows[0]?.id ?? 0;
  await page.getByRole("link", { name: String(billId) }).click();
  await press(page, "Send now");
  // The figure and the timeline say so without a press.
  await page.locator(".figure").getByText("Sent", { exact: true }).waitFor({ timeout: 60_000 });
  await page.locator(".timeline").getByText("accepted").first().waitFor();
  assert.deepEqual(acceptsOf(system, billId, "email", 1), ["accept"]);
}

async function redriveDead(system: LiveSystem, page: Page, { memberId, billId }: PlainMember): Promise<void> {
  await page.goto("/");
  await page.getByText("1 messages could not be delivered").first().waitFor();
  await settledPage(page);
  await keepPicture(page, "tour-overview");
  await page.getByRole("link", { name: /could not be delivered/ }).click();
  const row = page.getByRole("row").filter({ hasText: String(billId) });
  await row.waitFor();
  await settledPage(page);
  await keepPicture(page, "tour-dead-letters");
  await reach(system.admin.owner, memberId, "mended@example.com", "01033339999");
  await row.getByRole("button", { name: "Redrive" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByRole("button", { name: "Look first" }).click();
  await dialog.getByText("1 messages would be moved").waitFor();
  const before = await system.world.states();
  assert.equal(before["DEAD"], 1, "a look moves nothing");
  await dialog.getByRole("button", { name: "Redrive" }).click();
  await page.getByText("1 messages moved").waitFor();
  await page.goto(`/bills/${billId}`);
  await page.locator(".figure").getByText("Sent", { exact: true }).waitFor({ timeout: 60_000 });
  assert.deepEqual(acceptsOf(system, billId, "email", 1), [], "what bounced was never accepted");
  assert.deepEqual(acceptsOf(system, billId, "sms", 1), []);
  assert.deepEqual(acceptsOf(system, billId, "email", 2), ["accept"]);
}

function acceptsOf(
  { world }: LiveSystem,
  billId: number,
  channel: "email" | "sms",
  messageGeneration: number,
): string[] {
  const wanted = idempotencyKey({ billId, generation: 1, channel, messageGeneration });
  return world
    .providerLog()
    .filter(({ key }) => key === wanted)
    .map(({ kind }) => kind);
}

/** Who was sent a message has one accept at the provider, and nobody else has any. */
async function everythingOnce({ world }: LiveSystem): Promise<void> {
  const { rows } = await world.database.query<{ id: number }>(
    "select bill_id as id from notifications where state = 'SENT' order by 1",
  );
  const accepted = world
    .providerLog()
    .map(({ key }) => Number(key.slice(0, 16)))
    .sort((one, other) => one - other);
  assert.deepEqual(
    accepted,
    rows.map(({ id }) => id),
  );
}

/** For docs/dashboard.md. */
async function keepPictures(page: Page, { billId, memberId }: PlainMember): Promise<void> {
  if (process.env["SCREENSHOTS"] === undefined) return;
  const pictures = [
    [`/bills/${billId}`, "tour-bill", "light"],
    ["/audit", "tour-audit", "light"],
    ["/store", "tour-store", "light"],
    [`/members/${memberId}`, "tour-member-dark", "dark"],
  ] as const;
  for (const [path, name, theme] of pictures) {
    await page.goto(path);
    await page.evaluate(`document.documentElement.dataset.theme = "${theme}"`);
    await settledPage(page);
    await keepPicture(page, name);
  }
  await page.setViewportSize({ width: 1_280, height: 1_250 });
  await page.goto("/delivery");
  await page.getByRole("button", { name: "한국어" }).click();
  await settledPage(page);
  await keepPicture(page, "tour-delivery-ko");
  await page.getByRole("button", { name: "English" }).click();
  await page.setViewportSize({ width: 360, height: 740 });
  await page.goto("/start");
  await settledPage(page);
  await keepPicture(page, "tour-start-phone");
}
