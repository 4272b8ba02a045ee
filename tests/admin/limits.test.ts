import assert from "node:assert/strict";
import { gzipSync } from "node:zlib";
import { test, type TestContext } from "node:test";
import { startAdmin, type Answer, type TestAdmin } from "./admin.ts";

const json = { "content-type": "application/json" };

function limited(
  t: TestContext,
  rates: { readonly requestsPerMinute: number; readonly signInsPerMinute: number },
  trustedProxies = 0,
): Promise<TestAdmin> {
  return startAdmin(t, (parts) => ({ ...parts, rates, trustedProxies }));
}

const from = (admin: TestAdmin, forwardedFor: string): Promise<Answer> =>
  admin.fetch("/api/openapi.json", { headers: { "x-forwarded-for": forwardedFor } });

function isTooMany({ status, headers, body }: Answer): void {
  assert.deepEqual([status, body.code], [429, "too-many-requests"]);
  assert.equal(headers.get("content-type"), "application/problem+json; charset=utf-8");
  const seconds = Number(headers.get("retry-after"));
  assert.ok(seconds > 0 && seconds <= 60, `Retry-After: ${headers.get("retry-after")}`);
}

void test("beyond its requests of a minute an address is told to wait, and how long", async (t) => {
  const admin = await limited(t, { requestsPerMinute: 3, signInsPerMinute: 100 });
  for (const left of [2, 1, 0]) {
    const { status, headers } = await admin.fetch("/api/openapi.json");
    assert.equal(status, 200);
    assert.match(String(headers.get("ratelimit")), new RegExp(`; r=${left}; `));
  }
  isTooMany(await admin.fetch("/api/openapi.json"));
  isTooMany(await admin.fetch("/"));
});

void test("attempts to sign in have a limit of their own, however the address is written", async (t) => {
  const admin = await limited(t, { requestsPerMinute: 100, signInsPerMinute: 3 });
  const guess = (path: string): Promise<Answer> =>
    admin.fetch(path, {
      ...{ method: "POST", headers: json },
      body: JSON.stringify({ name: "viewer", password: "guessed" }),
    });
  for (const path of ["/session", "/session/", "/Session"]) {
    assert.equal((await guess(path)).status, 401, path);
  }
  for (const path of ["/session", "/session/", "/Session", "/SESSION/"]) isTooMany(await guess(path));
  assert.equal((await admin.fetch("/session")).status, 200, "everything else goes on");
});

void test("without a trusted proxy nobody gets more requests by saying that they are somebody else", async (t) => {
  const admin = await limited(t, { requestsPerMinute: 2, signInsPerMinute: 100 });
  assert.equal((await from(admin, "203.0.113.1")).status, 200);
  assert.equal((await from(admin, "203.0.113.2")).status, 200);
  isTooMany(await from(admin, "203.0.113.3"));
});

void test("behind one trusted proxy it is the address that the proxy added that counts, not what stood there before", async (t) => {
  const admin = await limited(t, { requestsPerMinute: 2, signInsPerMinute: 100 }, 1);
  assert.equal((await from(admin, "203.0.113.1")).status, 200);
  assert.equal((await from(admin, "198.51.100.7, 203.0.113.1")).status, 200);
  isTooMany(await from(admin, "198.51.100.8, 203.0.113.1"));
  assert.equal((await from(admin, "203.0.113.2")).status, 200, "another address has its own");
});

void test("a body beyond the limit, also when it only unpacks to that, is refused before anybody is asked for", async (t) => {
  const admin = await startAdmin(t);
  const large = JSON.stringify({ name: "x".repeat(600_000), password: "x" });
  const small = JSON.stringify({ name: "x".repeat(400_000), password: "x" });
  const post = (body: string | Buffer<ArrayBuffer>, headers = {}): Promise<Answer> =>
    admin.fetch("/session", { method: "POST", headers: { ...json, ...headers }, body });
  const packed = gzipSync(large);
  assert.ok(packed.length < 10_000);
  for (const answer of [await post(large), await post(packed, { "content-encoding": "gzip" })]) {
    assert.deepEqual(
      [answer.status, answer.body.code, answer.body.title],
      [413, "entity-too-large", "Too large"],
    );
    assert.equal(answer.headers.get("content-type"), "application/problem+json; charset=utf-8");
  }
  const fits = await post(small);
  assert.deepEqual([fits.status, fits.body.errors[0].field], [400, "name"], "it was read");
  const broken = await post('{"name": ');
  assert.deepEqual([broken.status, broken.body.code], [400, "entity-parse-failed"]);
  const unknown = await post("x", { "content-encoding": "rot13" });
  assert.deepEqual([unknown.status, unknown.body.code], [415, "encoding-unsupported"]);
});
