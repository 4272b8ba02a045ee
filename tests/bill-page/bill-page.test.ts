import assert from "node:assert/strict";
import { test } from "node:test";
import { billIdOf, insertLiveGeneration } from "../support/bills.ts";
import { testDatabase } from "../support/postgres.ts";
import { insertMonth, linkKeys, period, startPages, tokenOf, type PageAnswer } from "./stage.ts";

const [newKey = "", oldKey = ""] = linkKeys.split(",");
/** What no page may hold of a member of test data. */
const personal = /Member \d|@example\.com|0100000/;

/** All that a visitor can compare, but for the moment. */
function seen({ status, headers, body }: PageAnswer): unknown {
  return { status, headers: { ...headers, date: "" }, body };
}

void test("a link shows its bill, line by line, in the member's language, and of the member nothing", async (t) => {
  const { url, connect } = await testDatabase(t);
  await insertMonth(await connect(), 2);
  const { visit } = await startPages(t, url);
  const [korean, english] = [await visit(`/b/${tokenOf(1)}`), await visit(`/b/${tokenOf(2, oldKey)}`)];
  assert.deepEqual([korean.status, english.status], [200, 200]);
  assert.deepEqual([korean.headers["content-language"], english.headers["content-language"]], ["ko", "en"]);
  for (const text of [
    "28,030원",
    "5G 라이트 30",
    "10,486원",
    "−5,000원",
    "2,549원",
    "2026년 10월",
    String(billIdOf(period, 1)),
  ]) {
    assert.ok(korean.body.includes(text), text);
  }
  for (const text of [
    "₩28,030",
    "₩10,486",
    "October 2026",
    "Hanbit &lt;Mobile&gt;",
    String(billIdOf(period, 2)),
  ]) {
    assert.ok(english.body.includes(text), text);
  }
  for (const { body, headers } of [korean, english]) {
    assert.doesNotMatch(body, personal);
    assert.doesNotMatch(body, /bills\.carrier\.example|<script|Mobile number|휴대폰 번호/);
    assert.match(String(headers["content-type"]), /^text\/html; charset=utf-8/);
    assert.match(String(headers["content-security-policy"]), /^default-src 'none';.*frame-ancestors 'none'/);
    assert.doesNotMatch(String(headers["content-security-policy"]), /script-src|connect-src/);
    assert.equal(headers["referrer-policy"], "no-referrer");
    assert.equal(headers["cache-control"], "no-store");
    assert.match(String(headers["x-robots-tag"]), /noindex/);
    assert.match(String(headers["strict-transport-security"]), /max-age=31536000/);
    assert.deepEqual(
      [headers["set-cookie"], headers["x-powered-by"], headers["etag"]],
      [undefined, undefined, undefined],
    );
  }
});

void test("every link that leads to no bill is answered alike, and the log learns neither link nor bill", async (t) => {
  const { url, connect } = await testDatabase(t);
  await insertMonth(await connect(), 1);
  const { visit, counts, process } = await startPages(t, url);
  const good = tokenOf(1);
  const links = {
    expired: tokenOf(1, newKey, Math.floor(Date.now() / 1_000) - 1),
    "bad-signature": good.replace(/.$/, (last) => (last === "A" ? "Q" : "A")),
    "unknown-key": tokenOf(1, `l9:${newKey.split(":")[1] ?? ""}`),
    malformed: "2026100000000001",
    "unknown-bill": tokenOf(77),
  };
  for (const language of ["ko-KR,ko;q=0.9", "en-GB,en;q=0.9"]) {
    const headers = { "accept-language": language };
    const answers = await Promise.all(Object.values(links).map((token) => visit(`/b/${token}`, headers)));
    const [first, ...others] = answers.map(seen);
    for (const [at, other] of others.entries()) assert.deepEqual(other, first, Object.keys(links)[at + 1]);
    const elsewhere = ["/", "/b/", `/b/${good}/x`, "/b/%ff", "/robots.txt"];
    for (const path of elsewhere) assert.deepEqual(seen(await visit(path, headers)), first, path);
    const [page] = answers;
    assert.equal(page?.status, 404);
    assert.match(
      page.body,
      language.startsWith("ko") ? /청구서를 열 수 없습니다/ : /This bill cannot be opened/,
    );
    assert.ok(page.body.includes("Hanbit &lt;Mobile&gt;") && page.body.includes("1588-0000"));
  }
  await visit(`/b/${good}`);
  const twice = Object.fromEntries(Object.keys(links).map((why) => [why, 2]));
  assert.deepEqual(await counts(), { ...twice, "no-such-page": 10, shown: 1 });
  const log = process.stderr();
  assert.match(log, /showing bills/);
  for (const secret of [...Object.values(links), good]) assert.ok(!log.includes(secret), secret);
  assert.ok(!log.includes(String(billIdOf(period, 1))));
});

void test("a month settled again shows what is owed now, and no bill that it has no more", async (t) => {
  const { url, connect } = await testDatabase(t);
  const owner = await connect();
  await insertMonth(owner, 2);
  const { visit } = await startPages(t, url);
  assert.match((await visit(`/b/${tokenOf(1)}`)).body, /28,030원/);
  await owner.query("update generations set state = 'superseded' where number = 1");
  await insertLiveGeneration(owner, { period, generation: 2 }, 1);
  await owner.query("update bills set total_minor = 30030 where generation = 2");
  const { body } = await visit(`/b/${tokenOf(1)}`);
  assert.match(body, /30,030원/);
  assert.doesNotMatch(body, /28,030/);
  assert.equal((await visit(`/b/${tokenOf(2)}`)).status, 404);
});

void test("an address that asks too often waits; what it says of itself counts only behind a trusted proxy", async (t) => {
  const { url, connect } = await testDatabase(t);
  await insertMonth(await connect(), 1);
  const limit = { BILL_PAGE_REQUESTS_PER_MINUTE: "3" };
  const from = (n: number) => ({ "x-forwarded-for": `203.0.113.${n}`, "accept-language": "en" });
  const open = await startPages(t, url, limit);
  for (const n of [1, 2, 3]) assert.equal((await open.visit(`/b/${tokenOf(1)}`, from(n))).status, 200);
  const refused = await open.visit(`/b/${tokenOf(1)}`, from(4));
  assert.deepEqual([refused.status, refused.headers["retry-after"]], [429, "60"]);
  assert.match(refused.body, /try again in a moment/);
  assert.doesNotMatch(refused.body, /28,030/);
  assert.equal((await open.counts())["too-many"], 1);

  const behind = await startPages(t, url, { ...limit, BILL_PAGE_TRUSTED_PROXIES: "1" });
  for (let time = 1; time <= 4; time++) await behind.visit("/b/x", from(1));
  assert.equal((await behind.visit("/b/x", from(1))).status, 429);
  assert.equal((await behind.visit(`/b/${tokenOf(1)}`, from(2))).status, 200);
});

void test("without its database it says so, and asks it for no link that is not signed; SIGTERM ends it", async (t) => {
  const { visit, process, counts } = await startPages(t, "postgresql://nobody:s3cret@127.0.0.1:1/none");
  const english = { "accept-language": "en" };
  const away = await visit(`/b/${tokenOf(1)}`, english);
  assert.deepEqual([away.status, away.headers["retry-after"]], [503, "60"]);
  assert.match(away.body, /try again in a moment/);
  assert.equal((await visit(`/b/${tokenOf(1, oldKey)}x`, english)).status, 404);
  assert.deepEqual(await counts(), { failed: 1, malformed: 1 });
  assert.doesNotMatch(process.stderr(), /s3cret|2026100000000001/);
  process.child.kill("SIGTERM");
  assert.equal(await process.ended, 0);
});
