import assert from "node:assert/strict";
import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { globSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { after, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { freePort } from "../../local/free-port.ts";
import { mainProgram } from "../../local/run/local-runner.ts";
import { signIn, type Caller } from "./admin.ts";
import { plannedSpec, until } from "./run-scene.ts";

// The whole system as `make up` starts it, small: a run goes from Start to its end through the API, over a stop in between.

// Below the repository, because PostgreSQL must be able to enter the folder when the tests run as root.
const tests = fileURLToPath(new URL("../../.local/tests", import.meta.url));
mkdirSync(tests, { recursive: true });
const folder = mkdtempSync(join(tests, `up-${process.pid}-`));
after(() => {
  rmSync(folder, { recursive: true, force: true });
});

interface Up {
  readonly child: ChildProcess;
  readonly output: () => string;
  readonly ended: Promise<number | null>;
}

/** Starts it, and waits until it has said so. */
async function startUp(port: number, saying = "Ctrl-C stops everything"): Promise<Up> {
  const args = ["local", "up", "--members", "300", "--folder", folder, "--port", String(port)];
  const child = spawn(process.execPath, [mainProgram, ...args], { stdio: ["ignore", "pipe", "pipe"] });
  after(() => child.kill("SIGKILL"));
  let output = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.on("data", (chunk: Buffer) => (output += String(chunk)));
  }
  const ended = once(child, "close").then(([code]) => code as number | null);
  for (let turn = 0; !output.includes(saying); turn++) {
    assert.equal(child.exitCode, null, output);
    assert.ok(turn < 1_800, `does not come up: ${output}`);
    await sleep(100);
  }
  return { child, output: () => output, ended };
}

async function caller(up: Up, port: number, name: string): Promise<Caller> {
  const password = new RegExp(`^ +${name} +(\\S{16}) `, "m").exec(up.output())?.[1] ?? "";
  return await signIn(`http://127.0.0.1:${port}`, name, password);
}

/** Processes of this machine whose command line names the folder. */
function processesOf(root: string): number[] {
  return globSync("/proc/[0-9]*/cmdline").flatMap((path) => {
    try {
      return readFileSync(path, "utf8").includes(root) ? [Number(path.split("/")[2])] : [];
    } catch {
      return []; // it has ended meanwhile
    }
  });
}

void test(
  "a run is started, approved and finished through the API, over a stop of the whole system",
  { timeout: 600_000 },
  async () => {
    const port = await freePort();
    const killed = await startUp(port, "Generating 300 members");
    killed.child.kill("SIGKILL");
    await killed.ended;

    const first = await startUp(port);
    assert.ok(first.output().includes("Generating 300 members"), "half of the members are none");
    const operator = await caller(first, port, "operator");
    const spec = { ...plannedSpec, mode: "Plan" };
    const started = await operator.send("POST", "/api/v1/runs", { name: "october", spec });
    assert.equal(started.status, 200, started.text);
    const phaseOf = async (who: Caller): Promise<string> =>
      String((await who.get("/api/v1/runs/october")).body.phase);
    await until(async () => (await phaseOf(operator)) === "AwaitingApproval");
    first.child.kill("SIGINT");
    assert.equal(await first.ended, 0, first.output());
    assert.deepEqual(processesOf(folder), []);

    const second = await startUp(port);
    assert.ok(!second.output().includes("Generating"), "the members are there");
    const approver = await caller(second, port, "approver");
    assert.equal(await phaseOf(approver), "AwaitingApproval");
    const { body } = await approver.get("/api/v1/runs/october");
    assert.deepEqual([body.startedBy, body.members.expected], ["operator", 300]);
    const { digest } = body.approval as { digest: string };
    const approved = await approver.send("POST", "/api/v1/runs/october/approve", { digest });
    assert.equal(approved.status, 200, approved.text);
    await until(async () => (await phaseOf(approver)) === "Completed");
    const finished = await approver.get("/api/v1/runs/october");
    assert.equal(finished.body.ledger.state, "live");
    second.child.kill("SIGTERM");
    assert.equal(await second.ended, 0, second.output());
    assert.deepEqual(processesOf(folder), []);
  },
);
