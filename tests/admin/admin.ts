import { randomUUID } from "node:crypto";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { TestContext } from "node:test";
import { z } from "zod";
import { roles, type Role } from "../../admin/access/actor.ts";
import { authenticateBy } from "../../admin/access/authenticate.ts";
import { localUserEntry, parseLocalUsers } from "../../admin/access/local-users.ts";
import { createApp, type AppParts } from "../../admin/app.ts";
import { addAdminMetrics } from "../../admin/metrics.ts";
import { localPolicies } from "../../admin/policies/local-policies.ts";
import { localRuns } from "../../admin/runs/local-runs.ts";
import { contactKeysOf } from "../../admin/contact-keys.ts";
import { letterheadOf } from "../../notification/templates/letterhead.ts";
import { createMetricSet } from "../../platform/metrics/metric-set.ts";
import { createLogger } from "../../platform/logger.ts";
import { letterheadVariables } from "../../platform/letterhead-variables.ts";
import { createPool, type Client } from "../../platform/postgres.ts";
import { testKeys } from "../support/bills.ts";
import { testDatabase } from "../support/postgres.ts";

/** An answer, its body read. */
export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** Parsed; null when it is no JSON. */
  // Tests look into answers of many shapes.
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  readonly body: any;
}

/** Someone signed in; `person` of the tests has the same name as the role. */
export interface Caller {
  /** Both cookies of the session. */
  readonly cookie: string;
  readonly get: (path: string, headers?: Record<string, string>) => Promise<Answer>;
  /** A changing call under a fresh command id, or under one that is given, or with more headers. */
  readonly send: (
    method: string,
    path: string,
    body?: unknown,
    more?: string | Readonly<Record<string, string>>,
  ) => Promise<Answer>;
}

/** The admin server of a test, over a database of its own. */
export interface TestAdmin {
  readonly url: string;
  readonly databaseUrl: string;
  /** A connection as the owner of the database. */
  readonly owner: Client;
  readonly as: (...who: readonly Role[]) => Promise<Caller>;
  /** Without anybody signed in. */
  readonly fetch: (path: string, init?: RequestInit) => Promise<Answer>;
  /** Has a visitor leave when the test ends, before the server goes: a page that is open would complain that it went. */
  readonly beforeClose: (leave: () => Promise<void>) => void;
}

const testLetterhead = letterheadOf(z.object(letterheadVariables).parse({ CARRIER_NAME: "Test Mobile" }));
const password = "correct horse battery";
const entries = new Map<string, string>();

/** ADMIN_USERS of tests: one user for each set of roles, `viewer`, `operator.approver`; stretched once a test process. */
export function testUsers(): string {
  const sets: (readonly Role[])[] = [...roles.map((role) => [role]), ["operator", "approver"]];
  for (const own of sets) {
    const name = own.join(".");
    if (!entries.has(name)) entries.set(name, localUserEntry(name, own, password));
  }
  return [...entries.values()].join(",");
}

/** Starts the server on a free port; `change` replaces parts, e.g. `(parts) => ({ ...parts, rates })`. */
export async function startAdmin(
  t: TestContext,
  change: (parts: AppParts) => AppParts | Promise<AppParts> = (parts) => parts,
): Promise<TestAdmin> {
  const { url: databaseUrl, connect } = await testDatabase(t);
  const options = { url: databaseUrl, role: "billing_admin", applicationName: "tests" };
  const pool = createPool(options, { size: 5, onIdleError: () => undefined });
  const commandPool = createPool(options, { size: 2, onIdleError: () => undefined });
  const users = parseLocalUsers(testUsers());
  const parts = await change({
    context: {
      ...{
        pool,
        commandPool,
        logger: createLogger("admin", "error"),
        openRuns: localRuns,
        openPolicies: localPolicies,
        contacts: contactKeysOf(testKeys),
      },
      ...{ letterhead: testLetterhead, approvalOverMessages: 5, lag: null },
      approvalAboveMinor: 50_000,
    },
    measure: addAdminMetrics(createMetricSet(), { pool, commandPool }),
    authenticate: authenticateBy(pool, []),
    sessions: { pool, users, secureCookies: false },
    rates: { requestsPerMinute: 100_000, signInsPerMinute: 100_000 },
    trustedProxies: 0,
  });
  const server = createServer(createApp(parts));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const visitors: (() => Promise<void>)[] = [];
  t.after(async () => {
    await Promise.all(visitors.map((leave) => leave()));
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
    await Promise.all([pool.end(), commandPool.end()]);
  });
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    ...{ url, databaseUrl, owner: await connect() },
    as: (...who) => signIn(url, who.join(".")),
    fetch: (path, init) => call(url + path, init),
    beforeClose: (leave) => visitors.push(leave),
  };
}

async function call(address: string, init: RequestInit = {}): Promise<Answer> {
  const { status, headers, text } = await fetch(address, init).then(async (response) => ({
    ...{ status: response.status, headers: response.headers },
    text: await response.text(),
  }));
  const isJson = (headers.get("content-type") ?? "").includes("json");
  return { status, headers, text, body: isJson ? (JSON.parse(text) as unknown) : null };
}

/** Signs in at a server that knows the users of `testUsers`. */
export async function signIn(url: string, name: string, word = password): Promise<Caller> {
  const answer = await call(`${url}/session`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ name, password: word }),
  });
  if (answer.status !== 200) throw new Error(`${name} cannot sign in: ${answer.text}`);
  const cookies = answer.headers.getSetCookie().map((line) => line.split(";")[0] ?? "");
  const csrf =
    cookies.find((cookie) => cookie.startsWith("billing_csrf="))?.slice("billing_csrf=".length) ?? "";
  const common = { cookie: cookies.join("; ") };
  return {
    ...common,
    get: (path, headers = {}) => call(url + path, { headers: { ...common, ...headers } }),
    send: (method, path, body = {}, more = {}) =>
      call(url + path, {
        method,
        headers: {
          ...common,
          ...{ "content-type": "application/json", "x-csrf-token": csrf, "idempotency-key": randomUUID() },
          ...(typeof more === "string" ? { "idempotency-key": more } : more),
        },
        body: JSON.stringify(body),
      }),
  };
}
