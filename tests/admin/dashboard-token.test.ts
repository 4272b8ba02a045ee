import assert from "node:assert/strict";
import { test, type TestContext } from "node:test";
import type { Page } from "playwright-core";
import { roles, type Role } from "../../admin/access/actor.ts";
import { authenticateBy } from "../../admin/access/authenticate.ts";
import { oidcReader } from "../../admin/access/oidc.ts";
import { startAdmin, type TestAdmin } from "./admin.ts";
import { overhang, startBrowser, violationsIn } from "./browser.ts";
import { settledPage } from "./dashboard-scene.ts";
import { audience, inSeconds, startIssuer, type Issuer } from "./issuer.ts";
import { startSigningProxy, type SigningProxy } from "./signing-proxy.ts";

interface Scene {
  readonly issuer: Issuer;
  readonly admin: TestAdmin;
  readonly proxy: SigningProxy;
  readonly page: Page;
}

/** An admin whose people sign in at an issuer, behind a proxy that passes their tokens, and a browser at the proxy. */
async function behindProxy(t: TestContext): Promise<Scene> {
  const issuer = await startIssuer(t);
  const roleOf = new Map<string, Role>(roles.map((role) => [role, role]));
  const reader = oidcReader({ issuer: issuer.url, audience, rolesClaim: "roles", roleOf, nameClaim: "sub" });
  const admin = await startAdmin(t, (parts) => ({
    ...parts,
    authenticate: authenticateBy(parts.context.pool, [reader]),
    sessions: { ...parts.sessions, users: new Map() },
    heartbeatMs: 200,
  }));
  const proxy = await startSigningProxy(t, admin);
  // A broker is missing here, and a token that does not hold is answered by 401.
  const expected = /status of 401|\/api\/v1\/lag/;
  const { page } = await startBrowser(t, { ...admin, url: proxy.url }, { expected });
  return { issuer, admin, proxy, page };
}

const pause = (channel: string): string =>
  `insert into channel_controls (channel, paused, reason, changed_by) values ('${channel}', true, 'test', 'test')`;

void test("who comes with a token is in: pages, the live stream and a command, without a password or a sign-out", async (t) => {
  const { issuer, admin, proxy, page } = await behindProxy(t);
  proxy.signInAs(await issuer.sign({ sub: "kim", roles: ["operator"], exp: inSeconds(600) }));
  const streams = page.waitForResponse(/\/api\/v1\/events\?/);
  await page.goto("/");
  await page.getByRole("heading", { level: 1, name: "Overview" }).waitFor();
  assert.match(await page.locator(".who").innerText(), /^kim\s*operator$/i);
  assert.equal(await page.getByLabel("Password").count(), 0, "nobody has a password here");
  assert.equal(await page.getByRole("button", { name: "Sign out" }).count(), 0, "the proxy signs out");
  assert.equal((await streams).status(), 200);
  for (const address of ["/runs", "/members", "/messages", "/dead-letters", "/templates", "/audit"]) {
    await page.goto(address);
    await settledPage(page);
    assert.equal(await page.getByRole("alert").count(), 0, address);
  }

  await page.goto("/delivery");
  const row = (channel: string) => page.getByRole("row").filter({ hasText: channel });
  await row("SMS").getByRole("button", { name: "Pause" }).waitFor();
  await admin.owner.query(pause("sms"));
  await row("SMS").getByRole("button", { name: "Resume" }).waitFor();

  await row("Push").getByRole("button", { name: "Pause" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("Reason").fill("the provider called");
  await dialog.getByRole("button", { name: "Pause" }).click();
  await page.getByText("Done: Pause").waitFor();
  const { rows } = await admin.owner.query("select actor, action from audit_log");
  assert.deepEqual(rows, [{ actor: "kim", action: "channel.pause" }]);
  assert.deepEqual(await page.context().cookies(), [], "a token needs no session");
});

void test("a token that runs out while the proxy has the next one disturbs nobody; without one the page says so", async (t) => {
  const { issuer, admin, proxy, page } = await behindProxy(t);
  // Tokens hold for half a minute longer than they say, for clocks that differ.
  const short = { sub: "kim", roles: ["operator"], exp: inSeconds(-20) };
  const endsAtMs = (short.exp + 30) * 1_000;
  proxy.signInAs(await issuer.sign(short));
  await page.goto("/delivery");
  const row = page.getByRole("row").filter({ hasText: "SMS" });
  await row.getByRole("button", { name: "Pause" }).waitFor();
  const again = page.waitForEvent("request", {
    predicate: (request) => request.url().includes("/api/v1/events?") && Date.now() > endsAtMs,
    timeout: 40_000,
  });
  proxy.signInAs(await issuer.sign({ ...short, exp: inSeconds(600) }));
  await page.evaluate("document.querySelector('h1').dataset.same = 'yes'");
  await again;
  await admin.owner.query(pause("sms"));
  await row.getByRole("button", { name: "Resume" }).waitFor();
  assert.equal(await page.locator("h1[data-same=yes]").count(), 1, "the page was not drawn anew");

  proxy.signInAs(await issuer.sign({ ...short, exp: inSeconds(-60) }));
  await page.getByRole("link", { name: "Audit" }).click();
  await page.getByText("Your session has ended. Sign in again.").waitFor();
  assert.equal(await page.getByLabel("Password").count(), 0);
  proxy.signInAs(await issuer.sign({ ...short, exp: inSeconds(600) }));
  await page.getByRole("button", { name: "Sign in again" }).click();
  await page.getByRole("heading", { level: 1, name: "Audit" }).waitFor();
});

void test("who has no role, a token that is refused, and no token at all are told what to do, not asked for a password", async (t) => {
  const { issuer, proxy, page } = await behindProxy(t);
  const shown = async (token: string | null, text: RegExp): Promise<void> => {
    proxy.signInAs(token);
    await page.goto("/");
    await page.getByText(text).waitFor();
    assert.equal(await page.getByRole("textbox").count(), 0);
    await page.getByRole("button", { name: "Sign in again" }).waitFor();
  };
  await shown(await issuer.sign({ sub: "lee", roles: [] }), /signed in as lee, but have no role here/);
  assert.deepEqual(await violationsIn(page), []);
  await page.setViewportSize({ width: 360, height: 740 });
  assert.ok((await overhang(page)) <= 0);
  await shown(await issuer.sign({ sub: "lee", roles: ["viewer"], aud: "shop" }), /not accepted here/);
  await shown(null, /Nobody signs in with a password here/);
});
