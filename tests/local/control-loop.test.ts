import assert from "node:assert/strict";
import { spawn, type ChildProcess } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test, type TestContext } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { mainProgram } from "../../local/run/local-runner.ts";
import { tariffFile } from "../../local/demo/tariff-file.ts";
import type { Client } from "../../platform/postgres.ts";
import { testDatabase } from "../support/postgres.ts";

// The program itself, on a real database: a run is driven, interrupted, approved, retried and cancelled from outside.

const folder = mkdtempSync(join(tmpdir(), "control-loop-"));
after(() => {
  rmSync(folder, { recursive: true });
});

interface Program {
  readonly exitCode: number | null;
  readonly output: string;
}

class Carrier {
  readonly client: Client;
  readonly #environment: NodeJS.ProcessEnv;

  constructor(url: string, client: Client) {
    this.client = client;
    const key = (): string => randomBytes(32).toString("base64");
    const secrets = { ENCRYPTION_KEYS: `test:${key()}`, BLIND_INDEX_KEY: key() };
    this.#environment = { ...process.env, ...secrets, DATABASE_URL: url, LOG_LEVEL: "info" };
  }

  start(args: readonly string[], environment: NodeJS.ProcessEnv = {}): ChildProcess {
    return spawn(process.execPath, [mainProgram, ...args], {
      env: { ...this.#environment, ...environment },
      stdio: ["ignore", "pipe", "pipe"],
    });
  }

  async run(args: readonly string[], environment: NodeJS.ProcessEnv = {}): Promise<Program> {
    const child = this.start(args, environment);
    let output = "";
    for (const stream of [child.stdout, child.stderr])
      stream?.on("data", (chunk: Buffer) => (output += String(chunk)));
    const [exitCode] = (await once(child, "close")) as [number | null];
    return { exitCode, output };
  }

  local(command: string, ...args: string[]): Promise<Program> {
    return this.run(["local", command, ...args, "--until-promoted", "--logs", join(folder, "logs")]);
  }

  async one<Row>(sql: string): Promise<Row | undefined> {
    return (await this.client.query<Row & Record<string, unknown>>(sql)).rows[0];
  }

  async generationState(): Promise<string | undefined> {
    return (await this.one<{ state: string }>("select state from generations order by number desc limit 1"))
      ?.state;
  }
}

async function carrier(t: TestContext): Promise<Carrier> {
  const database = await testDatabase(t);
  const made = new Carrier(database.url, await database.connect());
  for (const args of [
    ["tariff", "record", tariffFile],
    ["generate", "--members", "400", "--period", "2026-10"],
  ]) {
    const { exitCode, output } = await made.run(args);
    assert.equal(exitCode, 0, output);
  }
  return made;
}

function manifest(name: string, spec: object = {}): string {
  const path = join(folder, `${name}-${randomBytes(4).toString("hex")}.yaml`);
  const tariffRef = { name: "kr-mobile", version: "2026-07" };
  const whole = { period: "2026-10", tariffRef, partitions: 4, parallelism: 2, ...spec };
  const document = {
    apiVersion: "billing.telco.dev/v1alpha1",
    kind: "BillingRun",
    metadata: { name },
    spec: whole,
  };
  writeFileSync(path, JSON.stringify(document)); // JSON is YAML
  return path;
}

test("mode Plan waits, says how to approve, and promotes the approved digest and no other", async (t) => {
  const c = await carrier(t);
  const plan = await c.local("run", "-f", manifest("october", { mode: "Plan" }));
  assert.equal(plan.exitCode, 0, plan.output);
  const digest = /local approve october --digest ([0-9a-f]{64})/.exec(plan.output)?.[1] ?? "";
  assert.equal(await c.generationState(), "verified");
  const other = await c.local("approve", "october", "--digest", "ab".repeat(32));
  assert.match(other.output, /is of another result/);
  assert.equal(await c.generationState(), "verified");
  const approved = await c.local("approve", "october", "--digest", digest);
  assert.equal(approved.exitCode, 0, approved.output);
  assert.equal(await c.generationState(), "live");
  const status = await c.run(["local", "status", "october"]);
  assert.match(status.output, /Approved +True +ApprovedByDigest/);
});

test("a bad manifest lists everything, and an immutable field stays", async (t) => {
  const c = await carrier(t);
  const bad = await c.local("run", "-f", manifest("october", { mode: "Dry", partitions: 0, cancle: true }));
  assert.equal(bad.exitCode, 78);
  for (const field of ["spec.mode", "spec.partitions", "spec.cancle"])
    assert.match(bad.output, new RegExp(field));
  assert.equal((await c.local("run", "-f", manifest("october", { mode: "Plan" }))).exitCode, 0);
  const changed = await c.local("run", "-f", manifest("october", { partitions: 8 }));
  assert.equal(changed.exitCode, 1);
  assert.match(changed.output, /spec\.partitions of run "october" cannot change/);
});

test("the loop killed by SIGKILL while it settles goes on from the ledger, to the same digest", async (t) => {
  const c = await carrier(t);
  const args = ["local", "run", "--until-promoted", "--logs", join(folder, "logs")];
  const undisturbed = await c.local("run", "-f", manifest("first", { mode: "Plan" }));
  const digest = /--digest ([0-9a-f]{64})/.exec(undisturbed.output)?.[1];
  assert.ok(digest);
  assert.equal((await c.local("cancel", "first")).exitCode, 0);
  const file = manifest("second", { partitions: 4, parallelism: 1 });
  const loop = c.start([...args, "-f", file]);
  await until(async () => {
    const row = await c.one<{ done: number }>(
      "select count(*) as done from generation_partitions where state = 'done' and generation = 2",
    );
    return (row?.done ?? 0) > 0;
  });
  loop.kill("SIGKILL");
  await once(loop, "close");
  assert.notEqual(await c.generationState(), "live");
  const resumed = await c.run([...args, "-f", file]);
  assert.equal(resumed.exitCode, 0, resumed.output);
  const row = await c.one<{ digest: string; number: number }>(
    "select encode(digest, 'hex') as digest, number from generations where state = 'live'",
  );
  assert.deepEqual(row, { digest, number: 2 });
});

test("cancel frees the period and is final", async (t) => {
  const c = await carrier(t);
  const file = manifest("october", { mode: "Plan" });
  await c.local("run", "-f", file);
  const busy = await c.local("run", "-f", manifest("other"));
  assert.equal(busy.exitCode, 1);
  assert.match(busy.output, /run "october" is computing 2026-10/);
  const cancelled = await c.local("cancel", "october");
  assert.match(cancelled.output, /Cancelled/);
  assert.equal(await c.generationState(), "abandoned");
  assert.match((await c.local("run", "-f", file)).output, /Cancelled/);
  const retried = await c.local("retry", "other");
  assert.equal(retried.exitCode, 0, retried.output);
  assert.equal(await c.generationState(), "live");
});

test("a worker killed before its commit is counted, tried again, and changes nothing", async (t) => {
  const c = await carrier(t);
  const args = [
    "local",
    "run",
    "--until-promoted",
    "--logs",
    join(folder, "logs"),
    "-f",
    manifest("october"),
  ];
  // Every first worker dies at this point: with the fault armed for all, the run fails after its retries …
  const failed = await c.run(args, { FAULT_POINT: "settle.before-commit" });
  assert.equal(failed.exitCode, 1, failed.output);
  assert.match(failed.output, /partitions 0 failed: .*killed by SIGKILL/);
  assert.equal(await c.generationState(), "settling");
  // … and a retry without it ends well.
  const retried = await c.local("retry", "october");
  assert.equal(retried.exitCode, 0, retried.output);
  assert.equal(await c.generationState(), "live");
});

async function until(holds: () => Promise<boolean>): Promise<void> {
  for (let turn = 0; turn < 1_000; turn++) {
    if (await holds()) return;
    await sleep(10);
  }
  throw new Error("did not come about");
}
