import assert from "node:assert/strict";
import { test } from "node:test";
import { startAdmin, type Answer, type TestAdmin } from "./admin.ts";

/** The attributes of each cookie that an answer sets, sorted, without its value. */
function cookiesOf({ headers }: Answer): Record<string, string> {
  return Object.fromEntries(
    headers.getSetCookie().map((line) => {
      const [pair = "", ...attributes] = line.split("; ");
      return [pair.split("=")[0] ?? "", attributes.sort().join("; ")];
    }),
  );
}

function signIn(admin: TestAdmin): Promise<Answer> {
  const body = JSON.stringify({ name: "viewer", password: "correct horse battery" });
  return admin.fetch("/session", { method: "POST", headers: { "content-type": "application/json" }, body });
}

void test("cookies of a session: scripts cannot read the token, other sites cannot send it, over TLS alone unless told so", async (t) => {
  const plain = await startAdmin(t);
  const secure = await startAdmin(t, (parts) => ({
    ...parts,
    sessions: { ...parts.sessions, secureCookies: true },
  }));
  assert.deepEqual(cookiesOf(await signIn(plain)), {
    billing_session: "HttpOnly; Path=/; SameSite=Strict",
    billing_csrf: "Path=/; SameSite=Strict",
  });
  assert.deepEqual(cookiesOf(await signIn(secure)), {
    billing_session: "HttpOnly; Path=/; SameSite=Strict; Secure",
    billing_csrf: "Path=/; SameSite=Strict; Secure",
  });
  const viewer = await plain.as("viewer");
  const gone = "Expires=Thu, 01 Jan 1970 00:00:00 GMT";
  assert.deepEqual(cookiesOf(await viewer.send("DELETE", "/session")), {
    billing_session: `${gone}; HttpOnly; Path=/; SameSite=Strict`,
    billing_csrf: `${gone}; Path=/; SameSite=Strict`,
  });
});

void test("the database holds neither the token nor the other cookie's value", async (t) => {
  const admin = await startAdmin(t);
  const { cookie } = await admin.as("viewer");
  const { rows } = await admin.owner.query<{ all: string }>("select s::text as all from admin_sessions s");
  assert.equal(rows.length, 1);
  for (const [, value = ""] of cookie.matchAll(/=([^;]+)/g)) {
    assert.ok(value.length >= 43, "256 bits");
    for (const form of [value, Buffer.from(value, "base64url").toString("hex")]) {
      assert.ok(!rows[0]?.all.includes(form));
    }
  }
});

void test("a session ends an hour after its last use, and twelve hours after it began however much it is used", async (t) => {
  const admin = await startAdmin(t);
  const viewer = await admin.as("viewer");
  const age = (column: string, minutes: number): Promise<unknown> =>
    admin.owner.query(`update admin_sessions set ${column} = clock_timestamp() - $1 * interval '1 minute'`, [
      minutes,
    ]);
  const status = async (): Promise<number> => (await viewer.get("/api/v1/me")).status;
  const { rows } = await admin.owner.query(
    "select round(extract(epoch from expires_at - clock_timestamp()) / 60)::int as minutes from admin_sessions",
  );
  assert.deepEqual(rows, [{ minutes: 720 }]);

  await age("seen_at", 59);
  assert.equal(await status(), 200);
  const used = await admin.owner.query(
    "select from admin_sessions where seen_at > clock_timestamp() - interval '1 minute'",
  );
  assert.equal(used.rowCount, 1, "use prolongs it");
  await age("seen_at", 61);
  assert.equal(await status(), 401);
  await age("seen_at", 0);
  assert.equal(await status(), 200);
  await age("expires_at", 0);
  assert.equal(await status(), 401);
});
