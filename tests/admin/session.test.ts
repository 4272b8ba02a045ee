import assert from "node:assert/strict";
import { test } from "node:test";
import { startAdmin } from "./admin.ts";

void test("nobody gets in without a session, and a session ends when it is told to", async (t) => {
  const admin = await startAdmin(t);
  const refused = await admin.fetch("/api/v1/audit");
  assert.equal(refused.status, 401);
  assert.equal(refused.headers.get("content-type")?.split(";")[0], "application/problem+json");
  assert.equal(refused.body.code, "not-signed-in");

  const viewer = await admin.as("viewer");
  const { status, body } = await viewer.get("/api/v1/audit");
  assert.equal(status, 200);
  assert.deepEqual(
    body.items.map(({ actor, action }: { actor: string; action: string }) => [actor, action]),
    [["viewer", "session.start"]],
  );
  assert.equal((await viewer.send("DELETE", "/session")).status, 200);
  assert.equal((await viewer.get("/api/v1/audit")).status, 401);
});

void test("a wrong password and an unknown name are answered alike", async (t) => {
  const admin = await startAdmin(t);
  const tries = [
    { name: "viewer", password: "wrong" },
    { name: "nobody", password: "wrong" },
  ];
  for (const given of tries) {
    const { status, body, headers } = await admin.fetch("/session", {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(given),
    });
    assert.deepEqual([status, body.detail], [401, "name or password is wrong"]);
    assert.deepEqual(headers.getSetCookie(), []);
  }
});

void test("who is signed in, if anybody, is told to a page before it asks for a password", async (t) => {
  const admin = await startAdmin(t);
  assert.deepEqual((await admin.fetch("/session")).body, { person: null, password: true });
  const viewer = await admin.as("viewer");
  const { body, headers } = await viewer.get("/session");
  const person = { name: "viewer", roles: ["viewer"], via: "session" };
  assert.deepEqual(body, { person, password: true });
  assert.match(String(headers.get("content-security-policy")), /default-src 'none';script-src 'self'/);
  assert.equal(headers.get("cache-control"), "no-store, private");
  const wrong = await admin.fetch("/session", { method: "POST" });
  assert.deepEqual(
    [wrong.status, wrong.body.errors.map(({ field }: { field: string }) => field)],
    [400, ["name", "password"]],
  );
});

void test("lists go page by page, as CSV all at once, and a page that did not change is not sent again", async (t) => {
  const admin = await startAdmin(t);
  await admin.owner.query(
    "insert into audit_log (actor, action, subject) select '=cmd()', 'test', 'n:' || n from generate_series(1, 5) n",
  );
  const viewer = await admin.as("viewer");
  const first = await viewer.get("/api/v1/audit?limit=2&action=test");
  const second = await viewer.get(`/api/v1/audit?limit=2&action=test&cursor=${first.body.next}`);
  const third = await viewer.get(`/api/v1/audit?limit=2&action=test&cursor=${second.body.next}`);
  const subjects = [first, second, third].flatMap(({ body }) =>
    body.items.map(({ subject }: { subject: string }) => subject),
  );
  assert.deepEqual(subjects, ["n:5", "n:4", "n:3", "n:2", "n:1"]);
  assert.equal(third.body.next, null);

  const etag = String(first.headers.get("etag"));
  const again = await viewer.get("/api/v1/audit?limit=2&action=test", {
    "if-none-match": etag,
    // Otherwise fetch says that no cache may answer.
    "cache-control": "max-age=0",
  });
  assert.equal(again.status, 304);

  const csv = await viewer.get("/api/v1/audit?action=test", { accept: "text/csv" });
  assert.equal(csv.text.trim().split("\n").length, 6);
  assert.ok(csv.text.includes("'=cmd()"), "a formula is defused");

  const wrong = await viewer.get("/api/v1/audit?cursor=abc&limit=0&colour=red");
  assert.equal(wrong.status, 400);
  assert.deepEqual(
    wrong.body.errors.map(({ field }: { field: string }) => field),
    ["limit", ""],
  );
});

void test("the description is OpenAPI 3.1 of the very routes, with a page to browse it", async (t) => {
  const admin = await startAdmin(t);
  const { body } = await admin.fetch("/api/openapi.json");
  assert.equal(body.openapi, "3.1.1");
  assert.equal(body.paths["/audit"].get["x-role"], "viewer");
  const page = await admin.fetch("/api/docs");
  assert.match(page.text, /swagger-ui/);
  assert.equal((await admin.fetch("/api/docs/swagger-ui-bundle.js")).status, 200);
});
