import assert from "node:assert/strict";
import { test } from "node:test";
import { startAdmin } from "./admin.ts";
import { overhang, signInByKeyboard, startBrowser, violationsIn } from "./browser.ts";

const pageHeaders = { accept: "text/html" };

void test("the page needs no inline script, its files are kept for a year under an address of their version", async (t) => {
  const admin = await startAdmin(t);
  const shell = await admin.fetch("/runs/2026-10", { headers: pageHeaders });
  assert.equal(shell.status, 200);
  assert.doesNotMatch(shell.text, /<script>|<style|style=|onclick/);
  const main = /src="([^"]+main\.ts)"/.exec(shell.text)?.[1] ?? "";
  const script = await admin.fetch(main);
  assert.equal(script.headers.get("content-type"), "text/javascript; charset=utf-8");
  assert.match(String(script.headers.get("cache-control")), /immutable/);
  assert.match(String(script.headers.get("etag")), /^"[\w-]+"$/);
  assert.match(script.text, /from "\/assets\/[\w-]+\/vendor\/preact\.js"/, "packages are imported by path");
  const again = await admin.fetch(main, {
    headers: { "if-none-match": String(script.headers.get("etag")), "cache-control": "max-age=0" },
  });
  assert.equal(again.status, 304);
  assert.equal((await admin.fetch("/assets/older/main.ts")).status, 404);
  assert.equal((await admin.fetch("/assets/..%2f..%2fpackage.json/x")).status, 404);
});

void test("what is no page stays a problem: unknown paths of the API, and of programs", async (t) => {
  const admin = await startAdmin(t);
  for (const path of ["/api/v1/nothing", "/assets/x/y", "/session/nothing"]) {
    const { status, body } = await admin.fetch(path, { headers: pageHeaders });
    assert.deepEqual([path, status, body.code], [path, 404, "not-found"]);
  }
  assert.equal((await admin.fetch("/runs/2026-10", { headers: { accept: "application/json" } })).status, 404);
});

void test("signing in by keyboard alone, on a phone's width, in Korean", async (t) => {
  const admin = await startAdmin(t);
  const expected = /status of 401/;
  const { page } = await startBrowser(t, admin, { width: 360, height: 740, locale: "ko-KR", expected });
  await page.goto("/");
  assert.deepEqual(await violationsIn(page), []);
  await page.getByLabel("이름").fill("viewer");
  await page.getByLabel("비밀번호").fill("wrong");
  await page.keyboard.press("Enter");
  await page.getByRole("alert").getByText("이름 또는 비밀번호가 올바르지 않습니다.").waitFor();
  await signInByKeyboard(page, "viewer");
  await page.getByRole("heading", { level: 1, name: "개요" }).waitFor();
  const sideways = await overhang(page);
  assert.ok(sideways <= 0, `the page is ${sideways} px too wide`);
  await page.reload();
  await page.getByRole("heading", { level: 1, name: "개요" }).waitFor();
});

void test("the frame: skip link, menu, language, theme, and a session that ends elsewhere", async (t) => {
  const admin = await startAdmin(t);
  const { page } = await startBrowser(t, admin, { expected: /status of 401/ });
  await signInByKeyboard(page, "viewer");
  await page.getByText("Nothing needs anybody now.").waitFor();
  const skip = page.getByRole("link", { name: "Skip to the content" });
  await skip.focus();
  await page.keyboard.press("Enter");
  assert.equal(await page.evaluate("document.activeElement.id"), "content");
  await page.getByRole("link", { name: "Audit" }).click();
  await page.getByRole("cell", { name: "session.start" }).first().waitFor();
  assert.equal(new URL(page.url()).pathname, "/audit");
  assert.equal(await page.evaluate("document.activeElement.tagName"), "H1", "the heading has the focus");
  assert.deepEqual(await violationsIn(page), []);
  await page.getByRole("button", { name: "Dark" }).click();
  await page.getByRole("button", { name: "한국어" }).click();
  await page.getByRole("heading", { level: 1, name: "감사 기록" }).waitFor();
  await page.reload();
  assert.deepEqual(
    await page.evaluate("[document.documentElement.lang, document.documentElement.dataset.theme]"),
    ["ko", "dark"],
  );
  await admin.owner.query("delete from admin_sessions");
  // The page finds out by itself, or by the next look.
  await page.goto("/audit");
  await page.getByRole("button", { name: "로그인" }).waitFor();
});

void test("what others wrote is shown as text", async (t) => {
  const admin = await startAdmin(t);
  const evil = `<img src=x onerror="document.title='owned'">`;
  await admin.owner.query("insert into audit_log (actor, action, subject) values ($1, 'test', $1)", [evil]);
  const { page } = await startBrowser(t, admin);
  await signInByKeyboard(page, "viewer");
  await page.goto("/audit?action=test");
  await page.getByRole("cell", { name: evil }).first().waitFor();
  assert.equal(await page.locator("td img").count(), 0);
});
