import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test, type TestContext } from "node:test";
import { roles, type Role } from "../../admin/access/actor.ts";
import { authenticateBy } from "../../admin/access/authenticate.ts";
import { oidcReader } from "../../admin/access/oidc.ts";
import { tmfBase } from "../../admin/tmf678/resource.ts";
import { giveUp } from "../commands/dead.ts";
import { insertLiveGeneration } from "../support/bills.ts";
import { startAdmin } from "./admin.ts";
import { audience, inSeconds, startIssuer } from "./issuer.ts";

const checks = [
  "not_a_server_error",
  "status_code_conformance",
  "content_type_conformance",
  "response_schema_conformance",
  "negative_data_rejection",
];

/** The server over a small month, and a token of somebody who may do everything. */
async function scene(t: TestContext): Promise<{ readonly url: string; readonly token: string }> {
  const issuer = await startIssuer(t);
  const roleOf = new Map<string, Role>(roles.map((role) => [role, role]));
  const reader = oidcReader({ issuer: issuer.url, audience, rolesClaim: "roles", roleOf, nameClaim: "sub" });
  const admin = await startAdmin(t, (parts) => ({
    ...parts,
    authenticate: authenticateBy(parts.context.pool, [reader]),
  }));
  const address = { period: "2026-10", generation: 1 };
  await insertLiveGeneration(admin.owner, address, 50);
  await giveUp(admin.owner, address, [1, 2, 3]);
  const token = await issuer.sign({ sub: "schemathesis", roles: [...roles], exp: inSeconds(3_600) });
  return { url: admin.url, token };
}

/** Sends what a description allows, and what it does not; `at` is where the described paths begin. */
async function attack(
  t: TestContext,
  { url, token }: { readonly url: string; readonly token: string },
  {
    description,
    at,
    only,
  }: { readonly description: string; readonly at: string; readonly only: readonly string[] },
): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "schemathesis-"));
  t.after(() => {
    rmSync(folder, { recursive: true, force: true });
  });
  const { code, output } = await schemathesis(folder, [
    ...["run", `${url}${description}`, "--url", `${url}${at}`, ...only],
    ...["--header", `Authorization: Bearer ${token}`, "--checks", checks.join(",")],
    ...["--phases", "examples,coverage,fuzzing", "--max-examples", "15", "--seed", "1"],
    ...["--workers", "2", "--no-shrink", "--no-color", "--warnings", "off", "--continue-on-failure"],
    ...["--generation-database", "none", "--request-timeout", "30"],
  ]);
  assert.equal(code, 0, output.slice(-12_000));
  assert.match(output, /No issues found|passed/i);
}

const description = "/api/openapi.json";

void test("whatever is sent to it, the API answers as its description says, and never with an error of its own", async (t) => {
  // A stream has no end to wait for, and sign-in stands at an address of its own.
  const only = ["--exclude-path", "/events", "--exclude-path", "/session"];
  await attack(t, await scene(t), { description, at: "/api/v1", only });
});

void test("so does sign-in", async (t) => {
  await attack(t, await scene(t), { description, at: "", only: ["--include-path", "/session"] });
});

void test("so does the read side of TMF678, by its own description", async (t) => {
  await attack(t, await scene(t), { description: `${tmfBase}/openapi.json`, at: tmfBase, only: [] });
});

function schemathesis(
  cwd: string,
  args: readonly string[],
): Promise<{ readonly code: number; readonly output: string }> {
  const program = process.env["SCHEMATHESIS"];
  assert.ok(program, "SCHEMATHESIS is not set: run by `make test`, or after `source setup/env.sh`");
  return new Promise((resolve) => {
    execFile(program, [...args], { cwd, maxBuffer: 2 ** 26 }, (error, stdout, stderr) => {
      resolve({ code: error === null ? 0 : Number(error.code), output: stdout + stderr });
    });
  });
}
