import assert from "node:assert/strict";
import { test, type TestContext } from "node:test";
import type { Locator, Page } from "playwright-core";
import { startAdmin, type Caller, type TestAdmin } from "./admin.ts";
import { overhang, signInByKeyboard, startBrowser, violationsIn } from "./browser.ts";
import { clusterPolicies } from "./cluster-policies.ts";
import { keepPicture, settledPage } from "./dashboard-scene.ts";

// A policy that others edit too, or that a cluster keeps.

const winter = "/policies/winter";
const isNew = { "if-none-match": "*" };

async function signedIn(t: TestContext, admin: TestAdmin, at: string): Promise<Page> {
  // Who comes second is answered by 412, what is refused by 400 and 404; the console notes it.
  const { page } = await startBrowser(t, admin, { expected: /(400|404|412) .*policies/ });
  await signInByKeyboard(page, "operator");
  await page.goto(at);
  await settledPage(page);
  return page;
}

async function storeBehind(person: Caller, change: object): Promise<void> {
  const { body } = await person.get(`/api/v1${winter}`);
  const spec = { ...body.spec, ...change };
  const headers = { "if-match": `"${body.version}"` };
  assert.equal((await person.send("PUT", `/api/v1${winter}`, { spec }, headers)).status, 200);
}

async function pressStore(page: Page): Promise<void> {
  await page.getByRole("button", { name: "Store" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Store" }).click();
}

const number = (within: Page | Locator, name: string): Locator =>
  within.getByRole("spinbutton", { name, exact: true });

void test("who stores second is told, keeps what was typed, takes over the rest, and stores over it knowingly", async (t) => {
  const admin = await startAdmin(t);
  const other = await admin.as("operator", "approver");
  const made = await other.send("PUT", `/api/v1${winter}`, { spec: { lease: "60s" } }, isNew);
  assert.equal(made.status, 200, made.text);
  const page = await signedIn(t, admin, winter);
  await number(page, "Lease").fill("75");
  await storeBehind(other, { lease: "2m", holidays: ["2026-12-25"] });
  await pressStore(page);
  const note = page.getByRole("alert").filter({ hasText: "Somebody else stored this policy" });
  await note.getByText("Taken over from them: Holidays.").waitFor();
  await note
    .getByText('Changed by both of you: Lease. Here stands what you typed; theirs was "2m".')
    .waitFor();
  assert.equal(await number(page, "Lease").inputValue(), "75");
  const holiday = page.getByRole("group", { name: "Holidays", exact: true }).locator("input");
  assert.equal(await holiday.inputValue(), "2026-12-25");
  await page.getByText("Changed: Lease").waitFor();
  assert.deepEqual(await violationsIn(page), []);
  await keepPicture(page, "policy-meanwhile");
  assert.equal((await other.get(`/api/v1${winter}`)).body.spec.lease, "2m", "nothing was overwritten");

  await storeBehind(other, { lease: "3m" });
  await pressStore(page);
  await note.getByText('theirs was "3m"').waitFor();
  await page.getByRole("button", { name: "Undo changes" }).click();
  assert.equal(await number(page, "Lease").inputValue(), "3", "theirs stands");
  assert.equal(await note.count(), 0);
  await number(page, "Lease").fill("4");
  await pressStore(page);
  await page.getByText("Done: Store").waitFor();
  const { lease, holidays } = (await other.get(`/api/v1${winter}`)).body.spec;
  assert.deepEqual([lease, holidays], ["4m", ["2026-12-25"]]);
  assert.ok((await overhang(page)) <= 0);
});

void test("in a cluster: a new policy from the list, changed in its form, is the resource that runs refer to", async (t) => {
  const { admin, resource, kubectl } = await clusterPolicies(t);
  const page = await signedIn(t, admin, "/policies");
  await page.getByRole("button", { name: "New policy" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("Name").fill("Winter Nights");
  await dialog.getByRole("button", { name: "New policy" }).click();
  await dialog.locator(".wrong").filter({ hasText: "must be a Kubernetes name" }).waitFor();
  await dialog.getByLabel("Name").fill("winter");
  assert.deepEqual(await violationsIn(page), []);
  await dialog.getByRole("button", { name: "New policy" }).click();
  await page.getByRole("heading", { name: "Policy winter" }).waitFor();
  await settledPage(page);
  assert.deepEqual((await resource("winter")).spec["quietHours"], [{ start: "22:00", end: "08:00" }]);

  await page.getByRole("group", { name: "Window 1" }).getByLabel("Until").fill("09:15");
  await pressStore(page);
  await page.getByText("Done: Store").waitFor();
  assert.deepEqual((await resource("winter")).spec["quietHours"], [{ start: "22:00", end: "09:15" }]);

  await kubectl(["patch", "notificationpolicy", "winter", "--type=merge", '--patch={"spec":{"lease":"5m"}}']);
  await number(page, "Deadline").fill("72");
  await pressStore(page);
  await page.getByRole("alert").getByText("Taken over from them: Lease.").waitFor();
  await pressStore(page);
  await page.getByText("Done: Store").waitFor();
  const { spec } = await resource("winter");
  assert.deepEqual([spec["lease"], spec["deliverWithin"]], ["5m", "72h"]);
  await page.reload();
  await settledPage(page);
  await page.getByText("Also written by kubectl-patch").waitFor();
  await page.goto("/policies");
  await settledPage(page);
  await page.getByRole("button", { name: "New policy" }).click();
  await dialog.getByLabel("Name").fill("winter");
  await dialog.getByRole("button", { name: "New policy" }).click();
  await dialog.getByText("already, and it stays as it is").waitFor();
});

void test("in a cluster that lets nobody write policies here, an operator reads them, and is told who changes them", async (t) => {
  const { admin, kubectl } = await clusterPolicies(t, { write: false });
  await kubectl(["create", "-f", "-"], {
    ...{ apiVersion: "billing.telco.dev/v1alpha1", kind: "NotificationPolicy", metadata: { name: "winter" } },
    spec: { lease: "2m" },
  });
  const page = await signedIn(t, admin, "/policies");
  await page.getByText("This installation lets nobody change policies here").waitFor();
  assert.equal(await page.getByRole("button", { name: "New policy" }).count(), 0);
  await page.getByRole("link", { name: "winter" }).click();
  await settledPage(page);
  assert.equal(await number(page, "Lease").inputValue(), "2");
  assert.equal(await page.locator("form :is(input, select, button):enabled").count(), 0);
});
