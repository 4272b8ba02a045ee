import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import express from "express";
import { roles, type Role } from "../../admin/access/actor.ts";
import { createApp, type AppParts } from "../../admin/app.ts";
import { everyRoute, readRoutePage, routePage } from "../../admin/route-table.ts";
import { routes } from "../../admin/routes.ts";
import { startAdmin } from "./admin.ts";
import { mountedRoutes } from "./mounted-routes.ts";

const page = readFileSync(new URL("../../docs/api-routes.md", import.meta.url), "utf8");
/** An address that no schema refuses and no row has. */
const addressOf = (path: string): string => path.replaceAll(/\{\w+\}/g, "1");

void test("each route stands on the page of routes, with its role", () => {
  assert.equal(page, routePage(everyRoute), "run `make generate` and review who may do what");
  assert.equal(readRoutePage(page).length, everyRoute.length);
});

void test("the page has what Express has mounted, neither more nor less, however it was mounted", async (t) => {
  let parts: AppParts | undefined;
  await startAdmin(t, (own) => (parts = own));
  assert.ok(parts);
  const { routes: mounted, passed } = mountedRoutes(createApp(parts));
  const listed = readRoutePage(page).map(({ method, path }) => `${method} ${path}`);
  assert.deepEqual(mounted, listed.sort());
  assert.deepEqual(passed, [
    ...["measureRequest", "logRequests", "helmetMiddleware", "limitRate", "refuseOtherSites", "jsonParser"],
    ...["nothingThere", "answerProblems"],
  ]);

  const strange = express();
  strange.use(
    "/api",
    express.Router().post("/secret/:id", () => undefined),
  );
  strange.use("/hidden", (_request, response) => void response.end());
  strange.delete("/any", () => undefined);
  strange.use(
    "/other",
    express().get("/x", () => undefined),
  );
  assert.deepEqual(mountedRoutes(strange), {
    routes: ["DELETE /any", "POST /api/secret/{id}"],
    passed: ["<anonymous> /hidden", "mounted_app /other"],
  });
});

void test("each route under each role: whoever may not is refused before anything is read", async (t) => {
  const admin = await startAdmin(t);
  const callers = new Map(
    await Promise.all(roles.map(async (role) => [role, await admin.as(role)] as const)),
  );
  const may = (role: Role, wanted: string): boolean => wanted === "viewer" || role === wanted;
  const wrong: string[] = [];
  for (const { method, path, role: wanted } of readRoutePage(page)) {
    const isStream = path === "/api/v1/events";
    // A stream that is let in has no end; a topic that is not there ends it after the refusals that count here.
    const address = isStream ? `${path}?topics=none` : addressOf(path);
    const nobody = await admin.fetch(address, {
      method,
      headers: { "idempotency-key": randomUUID(), "content-type": "application/json" },
    });
    const turnedAway = nobody.status === 401 && nobody.body.code === "not-signed-in";
    if (turnedAway !== (wanted !== "anybody")) wrong.push(`nobody ${method} ${path}: ${nobody.status}`);
    if (wanted === "anybody") continue;
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
  const callers = { operator: await admin.as("operator"), approver: await admin.as("approver") };
  const changing = routes.filter(({ kind }) => kind === "command" || kind === "external");
  assert.ok(changing.length > 30);
  for (const { path, role, ...route } of changing) {
    const method = route.method.toUpperCase();
    const address = `/api/v1${addressOf(path)}`;
    assert.ok(role !== "viewer", `${path} changes something`);
    const withoutToken = await admin.fetch(address, { method, headers: { cookie: callers[role].cookie } });
    assert.deepEqual([withoutToken.status, withoutToken.body.code], [403, "csrf"], `${method} ${path}`);
    const withoutId = await callers[role].send(method, address, {}, "not a UUID");
    const fields = withoutId.body.errors?.map(({ field }: { field: string }) => field);
    assert.equal(withoutId.status, 400, `${method} ${path}`);
    assert.ok(fields.includes("Idempotency-Key"), `${method} ${path}: ${fields}`);
  }
  const { rows } = await admin.owner.query("select kind from commands");
  assert.deepEqual(rows, [], "nothing was begun");
});
