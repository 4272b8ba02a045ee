import assert from "node:assert/strict";
import { test, type TestContext } from "node:test";
import { generateKeyPair, UnsecuredJWT } from "jose";
import type { Role } from "../../admin/access/actor.ts";
import { authenticateBy } from "../../admin/access/authenticate.ts";
import { oidcReader } from "../../admin/access/oidc.ts";
import { startAdmin, type Answer, type TestAdmin } from "./admin.ts";
import { audience, inSeconds, startIssuer, type Issuer } from "./issuer.ts";

async function adminOf(t: TestContext, issuer: Issuer): Promise<TestAdmin> {
  const roleOf = new Map<string, Role>([
    ["billing-audit", "viewer"],
    ["billing-ops", "operator"],
  ]);
  const reader = oidcReader({
    ...{ issuer: issuer.url, audience, rolesClaim: "realm_access.roles", roleOf },
    nameClaim: "preferred_username",
  });
  return await startAdmin(t, (parts) => ({
    ...parts,
    authenticate: authenticateBy(parts.context.pool, [reader]),
  }));
}

const ask = (admin: TestAdmin, token: string): Promise<Answer> =>
  admin.fetch("/api/v1/me", { headers: { authorization: `Bearer ${token}` } });

void test("an access token of the issuer gives the roles that its groups mean here", async (t) => {
  const issuer = await startIssuer(t);
  const admin = await adminOf(t, issuer);
  const claims = { preferred_username: "kim", realm_access: { roles: ["billing-ops", "other"] } };
  const known = await ask(admin, await issuer.sign(claims));
  assert.equal(known.status, 200, known.text);
  assert.deepEqual(known.body, { name: "kim", roles: ["operator"], via: "oidc" });

  const without = await ask(admin, await issuer.sign({ preferred_username: "lee" }));
  assert.deepEqual([without.status, without.body.code], [403, "not-allowed"]);
});

void test("a token that does not hold is refused, whatever is wrong with it", async (t) => {
  const issuer = await startIssuer(t);
  const admin = await adminOf(t, issuer);
  const { privateKey: other } = await generateKeyPair("ES256");
  const good = { realm_access: { roles: ["billing-ops"] } };
  const unsigned = new UnsecuredJWT({ iss: issuer.url, aud: audience, sub: "u-1", ...good });
  const tokens = {
    expired: await issuer.sign({ ...good, exp: inSeconds(-60) }),
    "for somebody else": await issuer.sign({ ...good, aud: "shop" }),
    "signed by another key": await issuer.sign(good, other),
    "of another issuer": await issuer.sign({ ...good, iss: "https://elsewhere.test" }),
    "not signed": unsigned.setExpirationTime("1m").encode(),
    "no token": "abc",
  };
  for (const [what, token] of Object.entries(tokens)) {
    const { status, body } = await ask(admin, token);
    assert.deepEqual([status, body.code], [401, "bad-token"], what);
  }
});

void test("while the issuer is away nobody new gets in, and the answer says to try again", async (t) => {
  const issuer = await startIssuer(t);
  const admin = await adminOf(t, issuer);
  const token = await issuer.sign({ realm_access: { roles: ["billing-ops"] } });
  issuer.breakDown();
  const { status, body, headers } = await ask(admin, token);
  assert.deepEqual([status, body.code, headers.get("retry-after")], [503, "issuer-away", "5"]);
});
