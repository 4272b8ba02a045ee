import assert from "node:assert/strict";
import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { existsSync, globSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { after, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { freePort } from "../../local/free-port.ts";
import { isRunning } from "../../local/process-file.ts";
import { mainProgram } from "../../local/run/local-runner.ts";

// The demo as a person starts it, small; then again while its processes are killed.

// Below the repository, because PostgreSQL must be able to enter the folder when the tests run as root.
const tests = fileURLToPath(new URL("../../.local/tests", import.meta.url));
mkdirSync(tests, { recursive: true });
const folder = mkdtempSync(join(tests, `demo-${process.pid}-`));
after(() => {
  rmSync(folder, { recursive: true, force: true });
});

interface Summary {
  readonly members: number;
  readonly bills: number;
  readonly billItems: number;
  readonly totals: { readonly currency: string; readonly amountMinor: string };
  readonly digest: string;
  readonly stages: readonly { readonly name: string; readonly seconds: number; readonly perSecond: number }[];
  readonly delivery: {
    readonly email: { readonly sent: number; readonly failed: number };
    readonly sms: { readonly sent: number; readonly failed: number };
    readonly push: { readonly sent: number; readonly failed: number };
    readonly dead: number;
    readonly scheduled: number;
  };
  readonly invariants: readonly { readonly name: string; readonly holds: boolean; readonly detail: string }[];
}

interface Demo {
  readonly child: ChildProcess;
  readonly root: string;
  readonly output: () => string;
  readonly summary: () => Summary;
  readonly ended: Promise<number | null>;
}

function startDemo(name: string, ...args: string[]): Demo {
  const root = join(folder, name);
  const demo = ["local", "demo", "--members", "2000", "--folder", root, "--provider-delay-ms", "50", ...args];
  const child = spawn(process.execPath, [mainProgram, ...demo], { stdio: ["ignore", "pipe", "pipe"] });
  let output = "";
  for (const stream of [child.stdout, child.stderr])
    stream.on("data", (chunk: Buffer) => (output += String(chunk)));
  return {
    ...{ child, root, output: () => output },
    summary: () => JSON.parse(readFileSync(join(root, "summary.json"), "utf8")) as Summary,
    ended: once(child, "close").then(([code]) => code as number | null),
  };
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

function noted(demo: Demo): Map<string, number> {
  const files = globSync("demo/**/*.pid.json", { cwd: demo.root });
  return new Map(
    files.map((file) => {
      const { server } = JSON.parse(readFileSync(join(demo.root, file), "utf8")) as {
        server: { pid: number };
      };
      return [file, server.pid];
    }),
  );
}

async function until<Found>(what: () => Found | undefined, demo: Demo): Promise<Found> {
  for (let turn = 0; turn < 24_000; turn++) {
    const found = what();
    if (found !== undefined) return found;
    assert.equal(demo.child.exitCode, null, demo.output());
    await sleep(20);
  }
  throw new Error(`did not come about: ${demo.output()}`);
}

/** Pid of the first running process with these words in its command line and the demo's environment. */
function workerPid(demo: Demo, subcommand: string): number | undefined {
  const children = readFileSync(`/proc/${demo.child.pid}/task/${demo.child.pid}/children`, "utf8");
  return children
    .trim()
    .split(" ")
    .map(Number)
    .find((pid) => existsSync(`/proc/${pid}/cmdline`) && commandLine(pid).includes(subcommand));
}

function commandLine(pid: number): string[] {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, "utf8").split("\0");
  } catch {
    return [];
  }
}

function logLines(demo: Demo): number {
  const path = join(demo.root, "demo", "provider.ndjson");
  return existsSync(path) ? readFileSync(path, "utf8").split("\n").length - 1 : 0;
}

let undisturbed: Summary | undefined;

test("the demo ends with sound results and leaves nothing running", { timeout: 600_000 }, async () => {
  const port = String(await freePort());
  const demo = startDemo("plain", "--serve", "--port", port);
  await until(() => (demo.output().includes("Ctrl-C stops everything") ? true : undefined), demo);
  const dashboard = await fetch(`http://127.0.0.1:${port}/api/openapi.json`);
  assert.equal(dashboard.status, 200, "it is left open with --serve");
  demo.child.kill("SIGINT");
  assert.equal(await demo.ended, 0, demo.output());
  undisturbed = demo.summary();
  const { members, bills, billItems, totals, digest, stages, delivery, invariants } = undisturbed;
  assert.deepEqual(Object.keys(undisturbed).sort(), [
    ...["billItems", "bills", "delivery", "digest", "invariants", "members", "stages", "totals"],
  ]);
  assert.equal(members, 2_000);
  assert.ok(bills > 1_900 && bills <= members);
  assert.ok(billItems > bills);
  assert.equal(totals.currency, "KRW");
  assert.match(totals.amountMinor, /^[1-9]\d+$/);
  assert.match(digest, /^[0-9a-f]{64}$/);
  for (const stage of ["generate", "settle", "verify", "promote", "deliver"]) {
    assert.ok((stages.find(({ name }) => name === stage)?.seconds ?? 0) > 0, stage);
  }
  assert.equal(delivery.scheduled, 0);
  assert.equal(delivery.email.sent + delivery.sms.sent + delivery.push.sent + delivery.dead, bills);
  assert.deepEqual(
    invariants.filter(({ holds }) => !holds),
    [],
  );
  assert.ok(invariants.length >= 15);
  assert.match(demo.output(), /billing clock made \d+ jumps over [\d.]+ days/);
  assert.match(readFileSync(join(demo.root, "bill.html"), "utf8"), /<html/);
  assert.deepEqual(processesOf(demo.root), []);
});

test(
  "workers, dispatcher and consumers killed on the way: the same digest, each bill once",
  { timeout: 600_000 },
  async () => {
    const demo = startDemo("killed", "--failure-rate", "0.05");
    const kill = (pid: number): void => void process.kill(pid, "SIGKILL");
    kill(await until(() => workerPid(demo, "settle"), demo));
    const started = await until(() => (logLines(demo) > 20 ? noted(demo) : undefined), demo);
    const pidOf = (name: string): number => [...started].find(([file]) => file.includes(name))?.[1] ?? 0;
    for (const name of ["email-1", "dispatcher", "sms"]) {
      kill(pidOf(name));
      await sleep(300);
    }
    assert.equal(await demo.ended, 0, demo.output());
    const summary = demo.summary();
    assert.equal(summary.digest, undisturbed?.digest);
    assert.deepEqual(
      summary.invariants.filter(({ holds }) => !holds),
      [],
    );
    assert.equal(summary.delivery.scheduled, 0);
    assert.match(demo.output(), /3 processes ended by themselves and were started again/);
    assert.deepEqual(processesOf(demo.root), []);
  },
);

test(
  "Ctrl-C stops everything; a second demo is refused while one runs; a killed one is cleaned up",
  { timeout: 600_000 },
  async () => {
    const first = startDemo("stopped");
    await until(() => (first.output().includes("start delivery") ? true : undefined), first);
    const second = startDemo("stopped");
    assert.equal(await second.ended, 1);
    assert.match(second.output(), /another demo runs/);
    first.child.kill("SIGINT");
    assert.equal(await first.ended, 75, first.output());
    assert.match(first.output(), /stopped/);
    assert.deepEqual(processesOf(first.root), []);

    const killed = startDemo("stopped");
    await until(() => (killed.output().includes("start servers") ? true : undefined), killed);
    const left = [...noted(killed).values()].filter((pid) => pid !== killed.child.pid);
    killed.child.kill("SIGKILL");
    await killed.ended;
    assert.ok(left.some(isRunning), "a killed demo cannot stop its servers");
    const next = startDemo("stopped");
    await until(() => (next.output().includes("start servers") ? true : undefined), next);
    assert.deepEqual(left.filter(isRunning), []);
    next.child.kill("SIGTERM");
    await next.ended;
    assert.deepEqual(processesOf(next.root), []);
  },
);
