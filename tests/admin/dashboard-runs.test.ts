import assert from "node:assert/strict";
import { test } from "node:test";
import { tariffFile } from "../../local/demo/tariff-file.ts";
import { runProgram } from "../jobs/running.ts";
import { startAdmin, type TestAdmin } from "./admin.ts";
import { signInByKeyboard, startBrowser, violationsIn } from "./browser.ts";
import { keepPicture, settledPage } from "./dashboard-scene.ts";
import { press } from "./press.ts";
import { drive, plannedSpec, populate } from "./run-scene.ts";

// What is pressed on the page of a run, and what a run that is settled again shows of the difference.

async function specOf({ owner }: TestAdmin, name: string): Promise<Record<string, unknown>> {
  const { rows } = await owner.query<{ spec: Record<string, unknown> }>(
    "select spec -> 'spec' as spec from bill_runs where name = $1",
    [name],
  );
  return rows[0]?.spec ?? {};
}

/** As the control loop would have found it, for the spec as it stands. */
async function setStatus({ owner }: TestAdmin, name: string, change: object): Promise<void> {
  const status = {
    ...{ generation: 1, phase: "Settling", conditions: [], progress: "2/4" },
    partitions: { total: 4, active: 2, succeeded: 2, failed: 0, failedIndexes: [] },
    members: { expected: 1_000, billed: 480, held: 15, excluded: 5 },
    notifications: { scheduled: 0, queued: 0, sent: 0, failed: 0, dead: 0 },
    ...change,
  };
  await owner.query(
    `update bill_runs set status = $2::jsonb || jsonb_build_object('observedGeneration', spec -> 'generation')
      where name = $1`,
    [name, JSON.stringify(status)],
  );
}

void test("suspend, resume, retry, release and cancel: each where the run allows it, and in its spec", async (t) => {
  const admin = await startAdmin(t);
  const recorded = await runProgram(["tariff", "record", tariffFile], { DATABASE_URL: admin.databaseUrl });
  assert.equal(recorded.code, 0, recorded.stderr);
  const operator = await admin.as("operator");
  const spec = { ...plannedSpec, dispatch: { release: "Manual" } };
  assert.equal((await operator.send("POST", "/api/v1/runs", { name: "october", spec })).status, 200);
  await setStatus(admin, "october", {});
  const { page } = await startBrowser(t, admin);
  await signInByKeyboard(page, "operator");
  const offers = async (): Promise<string> => {
    await page.goto("/runs/october");
    await settledPage(page);
    return (await page.locator(".page-head button").allTextContents()).map((text) => text.trim()).join(", ");
  };
  assert.equal(await offers(), "Suspend, Cancel the run");
  await press(page, "Suspend", { Reason: "a question" });
  await page.getByRole("button", { name: "Resume" }).waitFor();
  assert.equal((await specOf(admin, "october"))["suspend"], true);
  await press(page, "Resume");
  await page.getByRole("button", { name: "Suspend" }).waitFor();
  assert.equal((await specOf(admin, "october"))["suspend"], false);

  await setStatus(admin, "october", {
    phase: "Failed",
    partitions: { total: 4, active: 0, succeeded: 3, failed: 1, failedIndexes: [1] },
  });
  assert.match(await offers(), /Retry/);
  await press(page, "Retry", { Reason: "the disk is larger now" });
  await page.getByRole("button", { name: "Retry" }).waitFor({ state: "detached" });
  assert.equal((await specOf(admin, "october"))["retryGeneration"], 1);

  await setStatus(admin, "october", { phase: "AwaitingRelease" });
  assert.match(await offers(), /Release messages/);
  await press(page, "Release messages", { Reason: "it is the third" });
  await page.getByRole("button", { name: "Release messages" }).waitFor({ state: "detached" });
  assert.deepEqual((await specOf(admin, "october"))["dispatch"], {
    ...{ release: "Automatic", notificationPolicyRef: "default" },
  });

  await page.getByRole("button", { name: "Cancel the run" }).click();
  await page
    .getByRole("dialog")
    .getByText("Nothing that october has computed for 2026-10 will become a bill.")
    .waitFor();
  await page.getByRole("dialog").getByRole("button", { name: "Cancel", exact: true }).click();
  assert.equal((await specOf(admin, "october"))["cancel"], false);
  await press(page, "Cancel the run", { Reason: "wrong tariff" });
  await page.getByRole("button", { name: "Cancel the run" }).waitFor({ state: "detached" });
  assert.equal((await specOf(admin, "october"))["cancel"], true);
});

void test("a month is settled again: the difference, who moved most, the proof, and it is cancelled", async (t) => {
  const admin = await startAdmin(t);
  await populate(admin.databaseUrl, 120);
  const [operator, approver] = [await admin.as("operator"), await admin.as("approver")];
  const spec = { ...plannedSpec, mode: "Plan" };
  assert.equal((await operator.send("POST", "/api/v1/runs", { name: "october", spec })).status, 200);
  assert.equal(await drive(t, admin.databaseUrl, "october"), "AwaitingApproval");
  const { digest } = (await approver.get("/api/v1/runs/october")).body.approval as { digest: string };
  assert.equal((await approver.send("POST", "/api/v1/runs/october/approve", { digest })).status, 200);
  assert.equal(await drive(t, admin.databaseUrl, "october"), "Completed");
  await admin.owner.query(
    `insert into adjustments (account_id, bucket, period, kind, amount_minor, reason, created_by)
     select id, bucket, '2026-10-01', 'final', 1000 * row_number() over (order by id) - 2500, 'test', 'test'
       from accounts where id in (select account_id from bills where total_minor > 20000 order by 1 limit 6)`,
  );

  const { page } = await startBrowser(t, admin);
  await signInByKeyboard(page, "operator");
  await page.goto("/runs/october");
  await press(page, "Settle again", { Name: "october-again", Reason: "adjustments came late" });
  await page.getByRole("heading", { level: 1, name: "Run october-again" }).waitFor();
  assert.equal(await drive(t, admin.databaseUrl, "october-again"), "AwaitingApproval");
  await page.getByText("to generation 1 of 2026-10").waitFor();
  await page.getByText(/all \d+ checks hold/).waitFor();
  const movers = page.getByRole("table", { name: "Biggest movers" });
  await movers.getByRole("row").nth(6).waitFor();
  const changes = await movers
    .getByRole("row")
    .evaluateAll((rows) => rows.slice(1).map((row) => row.lastElementChild?.textContent?.trim() ?? ""));
  assert.deepEqual(changes.toSorted(), [
    ...["+1,500 KRW", "+2,500 KRW", "+3,500 KRW", "+500 KRW"],
    ...["−1,500 KRW", "−500 KRW"],
  ]);
  await page.getByRole("img", { name: /4 done/ }).waitFor();
  await settledPage(page);
  assert.deepEqual(await violationsIn(page), []);
  await page.evaluate('document.documentElement.dataset.theme = "light"');
  await page.setViewportSize({ width: 1_280, height: 1_500 });
  await keepPicture(page, "tour-run-again");
  await press(page, "Cancel the run", { Reason: "not this month" });
  assert.equal(await drive(t, admin.databaseUrl, "october-again"), "Cancelled");
  await page.getByText("Cancelled").first().waitFor();
  const { rows } = await admin.owner.query("select number, state from generations order by number");
  assert.deepEqual(rows, [
    { number: 1, state: "live" },
    { number: 2, state: "abandoned" },
  ]);
});
