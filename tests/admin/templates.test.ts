import assert from "node:assert/strict";
import { test } from "node:test";
import { bill, deliveryScene, type Scene } from "./scene.ts";

const sms = "/api/v1/templates/default/sms/ko";
const mail = "/api/v1/templates/default/email/en";
const greeting =
  "[{{ carrier.name }}] 안내: {{ shortPeriod }} {{ amountDue }}{% if correction %} 정정 전 {{ previousAmountDue }}{% endif %}";

const save = ({ operator }: Scene, path: string, parts: object, more: object = {}) =>
  operator.send("PUT", `${path}/draft`, { parts, bills: 20, ...more });

async function textsOf({ viewer }: Scene, path: string): Promise<Record<string, string>> {
  return (await viewer.get(`${path}/versions/published`)).body.parts;
}

void test("from a look to a published version: saved by one person, published by another, with its history", async (t) => {
  const scene = await deliveryScene(t, 30);
  const { body: list } = await scene.viewer.get("/api/v1/templates");
  assert.equal(list.templates.length, 6);
  const own = (await textsOf(scene, sms))["text"]?.replace(/^/, "안내 ") ?? "";
  const saved = await save(scene, sms, { text: own }, { note: "with a greeting" });
  assert.deepEqual([saved.status, saved.body.version], [200, 2], saved.text);
  const { body: diff } = await scene.viewer.get(`${sms}/diff`);
  assert.deepEqual([diff.from, diff.to], [1, 2]);
  assert.equal(diff.lines.filter((line: string) => line.startsWith("+안내 ")).length, 1);

  const { body: draft } = await scene.viewer.get(`${sms}/versions/draft`);
  const look = { version: draft.version, savedAt: draft.savedAt, bills: 20 };
  assert.equal((await scene.operator.send("POST", `${sms}/publish`, look)).status, 403);
  const published = await scene.approver.send("POST", `${sms}/publish`, look);
  assert.deepEqual([published.status, published.body], [200, { version: 2 }], published.text);
  const { body: history } = await scene.viewer.get(`${sms}/versions`);
  assert.deepEqual(
    history.versions.map((one: Record<string, unknown>) => [
      one["version"],
      one["savedBy"],
      one["publishedBy"],
      one["note"],
    ]),
    [
      [2, "operator", "approver", "with a greeting"],
      [1, "billing-operator", "billing-operator", ""],
    ],
  );
  const again = await scene.approver.send("POST", `${sms}/publish`, look);
  assert.equal(again.status, 404, "there is no draft any more");
});

void test("who saves does not publish, and a draft that was saved since it was looked at is not published", async (t) => {
  const scene = await deliveryScene(t, 5);
  const both = await scene.as("operator", "approver");
  await both.send("PUT", `${sms}/draft`, { parts: { text: `${greeting} 1` }, bills: 5 });
  const { body: draft } = await scene.viewer.get(`${sms}/versions/draft`);
  const look = { version: draft.version, savedAt: draft.savedAt, bills: 5 };
  const own = await both.send("POST", `${sms}/publish`, look);
  assert.deepEqual([own.status, own.body.code], [409, "own-draft"], own.text);
  const saved = await save(scene, sms, { text: `${greeting} 2` });
  assert.equal(saved.status, 200, saved.text);
  const stale = await scene.approver.send("POST", `${sms}/publish`, look);
  assert.deepEqual([stale.status, stale.body.code], [409, "stale-draft"]);
});

void test("what is wrong is told by part, line and column, and nothing is saved", async (t) => {
  const scene = await deliveryScene(t, 5);
  const html = "<html lang=en>\n<p>{{ memberNam }}</p>\n{{ amountDue | shout }}</html>";
  const wrong = await save(scene, mail, { subject: "Your bill", html, footer: "x" });
  assert.deepEqual([wrong.status, wrong.body.code], [400, "invalid-template"], wrong.text);
  const told = wrong.body.errors.map(({ field, message }: Record<string, string>) => `${field}: ${message}`);
  assert.ok(
    told.some((line: string) => /^parts: .*"text" is missing/.test(line)),
    told.join("\n"),
  );
  assert.ok(
    told.some((line: string) => /^parts: .*no part "footer"/.test(line)),
    told.join("\n"),
  );
  assert.ok(
    told.some((line: string) => /^parts\.html: line \d, column \d+: /.test(line)),
    told.join("\n"),
  );
  assert.equal((await scene.viewer.get(`${mail}/versions/draft`)).status, 404);
  const { body } = await scene.operator.send("POST", `${sms}/validate`, {
    parts: { text: greeting },
    bills: 3,
  });
  assert.deepEqual([body.sound, body.triedOn.period], [true, "2026-10"]);
});

void test("a template cannot reach the program, and what it or a bill says runs nowhere", async (t) => {
  const scene = await deliveryScene(t, 5);
  const tries = [
    "{{ carrier.constructor.constructor('return process')() }}",
    "{{ carrier.__proto__ }}",
    "{{ groups.constructor }}",
    "{% include '/etc/passwd' %}",
    "{% render 'bill-email.html' %}",
  ];
  for (const text of tries) {
    const refused = await save(scene, sms, { text: `${greeting} ${text}` });
    assert.deepEqual([refused.status, refused.body.code], [400, "invalid-template"], text);
    assert.doesNotMatch(refused.text, /root:|function Object|\[native code\]/);
  }
  const parts = await textsOf(scene, mail);
  const script = parts["html"]?.replace("</body>", "<script>alert(1)</script></body>");
  const mailed = await save(scene, mail, { ...parts, html: script });
  assert.equal(mailed.status, 400);
  assert.match(mailed.text, /does not survive a mail program/);

  // One that got past all that, by hand in the database: it is shown where nothing runs.
  await scene.owner.query(
    `insert into template_versions (set_name, channel, locale, version, promotional, parts, saved_by)
     values ('own', 'email', 'en', 1, false, $1, 'mallory')`,
    [{ ...parts, html: script }],
  );
  const page = await scene.viewer.get("/api/v1/templates/own/email/en/versions/draft/preview.html");
  assert.equal(page.status, 200, page.text);
  assert.match(page.text, /<script>alert/);
  const policy = String(page.headers.get("content-security-policy"));
  assert.match(policy, /default-src 'none'/);
  assert.match(policy, /\bsandbox\b(?! allow)/);
  assert.doesNotMatch(policy, /script-src|unsafe-eval|connect-src/);
  assert.equal(page.headers.get("x-content-type-options"), "nosniff");
});

void test("a preview is of a real bill, with name and number masked, and its HTML a page of its own", async (t) => {
  const scene = await deliveryScene(t, 5);
  const { body } = await scene.viewer.get(`${mail}/versions/published/preview?bill=${bill(2)}`);
  assert.match(body.text, /28,030/);
  assert.match(body.htmlPage, new RegExp(`/versions/published/preview\\.html\\?bill=${bill(2)}$`));
  const page = await scene.viewer.get(body.htmlPage);
  assert.match(String(page.headers.get("content-type")), /^text\/html/);
  assert.match(page.text, /28,030/);
  assert.match(page.text, /K\*\* H\*\*\*\*\*/);
  assert.doesNotMatch(page.text, /Member 2|m2@example/);
  const short = await scene.viewer.get(`${sms}/versions/published/preview`);
  assert.ok(short.body.sms.segments >= 1 && short.body.htmlPage === null);
  assert.equal((await scene.viewer.get(`${mail}/versions/published/preview?bill=${bill(99)}`)).status, 404);
  assert.equal((await scene.viewer.get(`${sms}/versions/published/preview.html`)).status, 404);
  assert.equal((await scene.fetch(body.htmlPage)).status, 401);
});
