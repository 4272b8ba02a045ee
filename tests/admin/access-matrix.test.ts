import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { roles, type Role } from "../../admin/access/actor.ts";
import { readRoutePage, routePage, wholeRoutes } from "../../admin/route-table.ts";
import { startAdmin } from "./admin.ts";

const page = readFileSync(new URL("../../docs/api-routes.md", import.meta.url), "utf8");

void test("each route stands on the page of routes, with its role", () => {
  assert.equal(page, routePage(wholeRoutes), "run `make generate` and review who may do what");
  assert.equal(readRoutePage(page).length, wholeRoutes.length);
});

void test("each route under each role: whoever may not is refused before anything is read", async (t) => {
  const admin = await startAdmin(t);
  const callers = new Map(
    await Promise.all(roles.map(async (role) => [role, await admin.as(role)] as const)),
  );
  const may = (role: Role, wanted: string): boolean => wanted === "viewer" || role === wanted;
  const wrong: string[] = [];
  for (const { method, path, role: wanted } of readRoutePage(page)) {
    // An address that no schema refuses and no row has; what comes after the refusal is not this test's matter.
    const address = path.replaceAll(/\{\w+\}/g, "1");
    const nobody = await admin.fetch(address, {
      method,
      headers: { "idempotency-key": randomUUID(), "content-type": "application/json" },
    });
    if (nobody.status !== 401) wrong.push(`nobody ${method} ${path}: ${nobody.status}`);
    for (const [role, caller] of callers) {
      const refused = !may(role, wanted);
      if (!refused && wanted !== "viewer" && method !== "GET") continue; // it would be done: other tests do it
      const { status, body } =
        method === "GET" ? await caller.get(address) : await caller.send(method, address);
      const isRefusal = status === 403 && body.code === "not-allowed";
      if (isRefusal !== refused) wrong.push(`${role} ${method} ${path}: ${status} ${body?.code ?? ""}`);
    }
  }
  assert.deepEqual(wrong, []);
});

void test("a changing call without the session's token, or without a command id, is refused", async (t) => {
  const admin = await startAdmin(t);
  const operator = await admin.as("operator");
  const changing = readRoutePage(page).filter(({ method, role }) => method !== "GET" && role === "operator");
  for (const { method, path } of changing) {
    const address = path.replaceAll(/\{\w+\}/g, "1");
    const { cookie } = operator;
    const withoutToken = await admin.fetch(address, { method, headers: { cookie } });
    assert.deepEqual([withoutToken.status, withoutToken.body.code], [403, "csrf"], `${method} ${path}`);
  }
});
