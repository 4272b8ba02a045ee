import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { test } from "node:test";
import { authenticateBy } from "../../admin/access/authenticate.ts";
import { oidcReader } from "../../admin/access/oidc.ts";
import { startAdmin, type Answer } from "./admin.ts";
import { audience, startIssuer } from "./issuer.ts";

const pause = "/api/v1/channels/sms/pause";
const others = ["cross-site", "same-site", "none"];

void test("a changing call that another site made a browser send is refused, by cookie and by token; reading is not", async (t) => {
  const issuer = await startIssuer(t);
  const roleOf = new Map([["ops", "operator"]] as const);
  const reader = oidcReader({ issuer: issuer.url, audience, rolesClaim: "roles", roleOf, nameClaim: "sub" });
  const admin = await startAdmin(t, (parts) => ({
    ...parts,
    authenticate: authenticateBy(parts.context.pool, [reader]),
  }));
  const { cookie } = await admin.as("operator");
  const csrf = /billing_csrf=([^;]+)/.exec(cookie)?.[1] ?? "";
  const authorization = `Bearer ${await issuer.sign({ sub: "kim", roles: ["ops"] })}`;
  const ways: Record<string, Record<string, string>> = {
    cookie: { cookie, "x-csrf-token": csrf },
    token: { authorization },
  };
  for (const [way, credentials] of Object.entries(ways)) {
    const send = (site: string | null): Promise<Answer> =>
      admin.fetch(pause, {
        method: "POST",
        headers: {
          ...credentials,
          ...(site !== null && { "sec-fetch-site": site }),
          ...{ "content-type": "application/json", "idempotency-key": randomUUID() },
        },
        body: JSON.stringify({ reason: "test" }),
      });
    for (const site of others) {
      const { status, body } = await send(site);
      assert.deepEqual([status, body.code], [403, "csrf"], `${way} ${site}`);
    }
    const paused = await admin.owner.query("select from channel_controls where paused");
    assert.equal(paused.rowCount, 0, `${way}: nothing was done`);
    assert.equal((await send("same-origin")).status, 200, `${way}: our own pages may`);
    assert.equal((await send(null)).status, 200, `${way}: programs may`);
    await admin.owner.query("delete from channel_controls");
    const read = await admin.fetch("/api/v1/me", {
      headers: { ...credentials, "sec-fetch-site": "cross-site" },
    });
    assert.equal(read.status, 200, `${way}: a link from elsewhere may be followed`);
  }
});

void test("another site can neither sign a browser in nor out", async (t) => {
  const admin = await startAdmin(t);
  const viewer = await admin.as("viewer");
  for (const site of others) {
    const given = { name: "viewer", password: "correct horse battery" };
    const headers = { "sec-fetch-site": site, "content-type": "application/json" };
    const signIn = await admin.fetch("/session", { method: "POST", headers, body: JSON.stringify(given) });
    assert.deepEqual([signIn.status, signIn.body.code], [403, "csrf"]);
    assert.deepEqual(signIn.headers.getSetCookie(), []);
  }
  const { cookie } = viewer;
  const withoutToken = await admin.fetch("/session", { method: "DELETE", headers: { cookie } });
  assert.deepEqual([withoutToken.status, withoutToken.body.code], [403, "csrf"]);
  assert.equal((await viewer.get("/api/v1/me")).status, 200);
});
