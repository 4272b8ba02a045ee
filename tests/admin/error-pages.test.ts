import assert from "node:assert/strict";
import { test, type TestContext } from "node:test";
import { routes } from "../../admin/routes.ts";
import type { Route } from "../../admin/http/route.ts";
import { tmfRoutes } from "../../admin/tmf678/resources.ts";
import { tmfBase } from "../../admin/tmf678/resource.ts";
import type { Client } from "../../platform/postgres.ts";
import { portOf, setBillingClock, spawnProgram } from "../delivery/world.ts";
import { insertLiveGeneration, testKeys } from "../support/bills.ts";
import { personalIn } from "../support/personal-data.ts";
import { testDatabase } from "../support/postgres.ts";
import { signIn, testUsers, type Answer, type Caller } from "./admin.ts";

/*
 * Whoever mistypes, or meets a server in trouble, sends what he knows of a member: none of it comes back in the error, or goes
 * into the log. The members of the database are canaries too: what a driver quotes of its rows would name them.
 */
const canary = "canary+7@example.com";
const phone = "01000000007";

interface Place {
  readonly url: string;
  readonly owner: Client;
  readonly admin: Caller;
  readonly log: () => string;
}

async function start(t: TestContext): Promise<Place> {
  const { url: databaseUrl, connect } = await testDatabase(t);
  const owner = await connect();
  await setBillingClock(owner, "2026-11-02T12:00:00+09:00");
  await insertLiveGeneration(owner, { period: "2026-10", generation: 1 }, 20, (number) => ({
    email: `canary+${number}@example.com`,
  }));
  const process = spawnProgram(["admin"], {
    ...testKeys,
    ...{ DATABASE_URL: databaseUrl, ADMIN_PORT: "0", ADMIN_HOST: "127.0.0.1", ADMIN_USERS: testUsers() },
    ...{ ADMIN_SECURE_COOKIES: "false", LOG_LEVEL: "debug" },
  });
  t.after(async () => {
    process.child.kill("SIGKILL");
    await process.ended;
  });
  const url = `http://127.0.0.1:${await portOf(process)}`;
  return { url, owner, admin: await signIn(url, "operator.approver"), log: process.stderr };
}

function assertErrors(answers: readonly Answer[], statuses: readonly number[]): void {
  for (const { status, text } of answers) {
    assert.ok(status >= 400, `${status}: ${text.slice(0, 200)}`);
    assert.equal(personalIn(text), null, `${status}: ${text}`);
  }
  const met = [...new Set(answers.map(({ status }) => status))].toSorted((one, other) => one - other);
  assert.deepEqual(met, statuses);
}

/** Everywhere a parameter or field may stand, the canary; and some where none may. */
async function askWrongly({ admin }: Place, base: string, route: Route): Promise<Answer[]> {
  const path = base + route.path.replaceAll(/\{\w+\}/g, encodeURIComponent(canary));
  const query = new URLSearchParams(
    [...Object.keys(route.query.shape), "email"].map((name): [string, string] => [name, canary]),
  ).toString();
  const shape = (route.body as { shape?: Record<string, unknown> } | null)?.shape ?? {};
  const body = Object.fromEntries(
    [...Object.keys(shape), "address"].map((name) => [name, { phone, email: canary }]),
  );
  const method = route.method.toUpperCase();
  if (method === "GET") return [await admin.get(`${path}?${query}`)];
  return [
    await admin.send(method, `${path}?${query}`, body),
    await admin.send(method, path, [canary, phone]),
  ];
}

void test("no route repeats what is wrong with a request", async (t) => {
  const place = await start(t);
  const answers: Answer[] = [];
  for (const route of routes) answers.push(...(await askWrongly(place, "/api/v1", route)));
  for (const route of tmfRoutes) answers.push(...(await askWrongly(place, tmfBase, route)));
  assert.ok(answers.length > routes.length, String(answers.length));
  assertErrors(answers, [400]);
  assert.equal(personalIn(place.log()), null);
});

async function post(url: string, body: string, headers: Record<string, string> = {}): Promise<Answer> {
  const response = await fetch(url, {
    method: "POST",
    headers: { "content-type": "application/json", ...headers },
    body,
  });
  return { status: response.status, headers: response.headers, text: await response.text(), body: null };
}

void test("no page, session, body or header that is wrong is repeated", async (t) => {
  const { url, admin, log } = await start(t);
  const search = "/api/v1/members/search";
  const own = {
    cookie: admin.cookie,
    "x-csrf-token": /billing_csrf=([^;]+)/.exec(admin.cookie)?.[1] ?? "",
  };
  const page = encodeURIComponent(canary);
  const answers = [
    await admin.get(`/api/v1/customers/${page}`),
    await admin.get(`/assets/${page}/nothing`),
    await admin.get(`/members/${page}`, { accept: "application/json" }),
    await admin.get(`/${canary}`, { accept: "application/json" }),
    await admin.get(`/api/v1/members/${phone}%E0%A4%A`),
    await admin.get(`/api/v1/members/999`),
    await post(`${url}/session`, JSON.stringify({ name: canary, password: phone })),
    await post(`${url}${search}`, JSON.stringify({ email: canary }), { authorization: `Bearer ${canary}` }),
    await post(`${url}${search}`, JSON.stringify({ email: canary }), { cookie: admin.cookie }),
    await post(`${url}${search}`, `{"email": "${canary}"`, own),
    await post(`${url}${search}`, `"${canary}"`, own),
    await post(`${url}${search}`, JSON.stringify({ email: canary.repeat(40_000) }), own),
    await post(`${url}${search}`, `email=${canary}`, {
      ...own,
      "content-type": "application/json; charset=canary",
    }),
    await post(`${url}/api/v1/channels/email/pause`, JSON.stringify({ reason: canary }), {
      ...own,
      "idempotency-key": canary,
    }),
    await admin.send("POST", "/api/v1/channels/email/pause", { reason: `${canary}\u0000` }),
  ];
  assertErrors(answers, [400, 401, 403, 404, 413, 415]);
  assert.equal(personalIn(log()), null);
});

void test("an error of the database that quotes a row or a value says nothing of it outside, nor in the log", async (t) => {
  const { owner, admin, log } = await start(t);
  await owner.query(
    `alter table commands add constraint never check (false) not valid;
     create function quote_member() returns trigger language plpgsql as
       $$ begin raise exception 'member % has the address ${canary}', new.id using detail = '${phone}'; end $$;
     create trigger quoted before update on members for each row execute function quote_member()`,
  );
  // The whole row is in the server's detail: kind, body and reason of the command.
  const quoted = [
    await admin.send("POST", "/api/v1/channels/email/pause", { reason: `asked by ${canary}, ${phone}` }),
    await admin.send("POST", "/api/v1/delivery/hold", { reason: `asked by ${canary}, ${phone}` }),
  ];
  await owner.query("alter table commands drop constraint never");
  const change = { sendDay: 3, reason: `asked by ${canary}` };
  quoted.push(await admin.send("PATCH", "/api/v1/members/7/preferences", change));
  await owner.query("alter table members rename to people");
  quoted.push(await admin.send("POST", "/api/v1/members/search", { email: canary }));
  assertErrors(quoted, [500]);
  assert.match(log(), /request failed/);
  assert.equal(personalIn(log()), null);
});
