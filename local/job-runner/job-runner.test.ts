import assert from "node:assert/strict";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import type { JobFacts, JobOrder } from "../../controllers/job-runner.ts";
import { isRunning } from "../process-file.ts";
import { LocalJobRunner } from "./job-runner.ts";

// Real child processes. What each index does stands in a file: "<index>": list of what each attempt does.

const folder = mkdtempSync(join(tmpdir(), "job-runner-"));
const runners: LocalJobRunner[] = [];
after(async () => {
  // A test that failed may have left a child that hangs.
  await Promise.all(runners.map((runner) => runner.close()));
  rmSync(folder, { recursive: true });
});

const child = join(folder, "child.mjs");
writeFileSync(
  child,
  `import { appendFileSync, readFileSync } from "node:fs";
   const index = process.env.JOB_COMPLETION_INDEX;
   const log = process.argv.at(-1);
   appendFileSync(log, index + "\\n");
   const attempt = readFileSync(log, "utf8").split("\\n").filter((line) => line === index).length - 1;
   const plan = JSON.parse(process.argv.at(-2))[index] ?? [0];
   const step = plan[Math.min(attempt, plan.length - 1)];
   process.stderr.write("index " + index + " does " + step + "\\n");
   if (step === "hang") process.on("SIGTERM", () => process.exit(75));
   if (step === "deaf") process.on("SIGTERM", () => {});
   if (typeof step === "number") process.exit(step);
   process.stdout.write("ready\\n");
   setInterval(() => {}, 1000);`,
);

type Step = number | "hang" | "deaf";
let jobs = 0;

interface Started {
  readonly runner: LocalJobRunner;
  readonly order: JobOrder;
  readonly facts: () => Promise<JobFacts | undefined>;
  /** Resolves when these indexes' children hang, with their signal handlers in place. */
  readonly hanging: (...indexes: number[]) => Promise<unknown>;
  /** Index of every attempt, in the order of their starts. */
  readonly attempts: () => number[];
}

async function start(
  plan: Record<number, Step[]>,
  changes: Partial<JobOrder> = {},
  baseBackoffMs = 20,
): Promise<Started> {
  const runner = new LocalJobRunner({
    command: process.execPath,
    leadingArgs: [child],
    environment: {},
    logFolder: join(folder, "logs"),
    graceMs: 300,
    baseBackoffMs,
  });
  runners.push(runner);
  const attemptLog = join(folder, `attempts-${++jobs}`);
  const order: JobOrder = {
    name: `job-${jobs}`,
    kind: "settle",
    args: [JSON.stringify(plan), attemptLog],
    indexes: Object.keys(plan).map(Number),
    parallelism: 2,
    backoffLimitPerIndex: 2,
    maxFailedIndexes: 0,
    ...changes,
  };
  await runner.start("october", order);
  return {
    runner,
    order,
    facts: async () => (await runner.jobsOf("october"))[0],
    hanging: (...indexes) =>
      until(
        () => indexes.every((index) => readLog(order.name, index).includes("ready")),
        (all) => all,
      ),
    attempts: () => readFileSync(attemptLog, "utf8").trim().split("\n").map(Number),
  };
}

function readLog(jobName: string, index: number): string {
  const path = join(folder, "logs", `${jobName}.${index}.log`);
  return existsSync(path) ? readFileSync(path, "utf8") : "";
}

async function until<Result>(
  what: () => Promise<Result> | Result,
  holds: (result: Result) => boolean,
): Promise<Result> {
  for (let turn = 0; turn < 1_500; turn++) {
    const result = await what();
    if (holds(result)) return result;
    await sleep(20);
  }
  throw new Error("did not come about in 30 s");
}

const ended = (facts: JobFacts | undefined): boolean => facts?.state !== "active";
const activeCount = (facts: JobFacts | undefined): number =>
  facts?.indexes.filter((index) => index.state === "active").length ?? 0;

test("an index that fails is tried again, and what it said stands in its own log", async () => {
  const { facts, attempts, order } = await start({ 0: [0], 3: [1, 1, 0] });
  const end = await until(facts, ended);
  assert.equal(end?.state, "succeeded");
  assert.deepEqual(attempts().sort(), [0, 3, 3, 3]);
  assert.match(
    readFileSync(join(folder, "logs", `${order.name}.3.log`), "utf8"),
    /index 3 does 1\nindex 3 does 1\nindex 3 does 0/,
  );
});

test("a failed job says which exit code and what was said last", async () => {
  const { facts } = await start({ 0: [42] });
  const end = await until(facts, ended);
  assert.deepEqual([end?.state, end?.failure?.exitCode], ["failed", 42]);
  assert.match(end?.failure?.message ?? "", /index 0 does 42/);
});

test("a child killed from outside is a counted failure and is tried again", async () => {
  const { runner, order, facts, hanging } = await start({ 0: ["hang", 0] });
  await hanging(0);
  process.kill(runner.childPids(order.name).get(0) ?? Number.NaN, "SIGKILL");
  const end = await until(facts, ended);
  assert.deepEqual([end?.state, end?.indexes[0]?.failures], ["succeeded", 1]);
});

test("starting the same name again changes nothing", async () => {
  const { runner, order, facts, attempts } = await start({ 0: [0] });
  await runner.start("october", order);
  await until(facts, ended);
  await runner.start("october", order);
  assert.deepEqual(attempts(), [0]);
});

test("parallelism follows live: up, down, and 0 suspends without counting", async () => {
  const { runner, order, facts, hanging } = await start({ 0: ["hang", 0], 1: ["hang", 0], 2: ["hang", 0] });
  await until(facts, (seen) => activeCount(seen) === 2);
  await runner.setParallelism(order.name, 3);
  await until(facts, (seen) => activeCount(seen) === 3);
  await hanging(0, 1, 2);
  await runner.setParallelism(order.name, 0);
  const paused = await until(facts, (seen) => activeCount(seen) === 0);
  assert.deepEqual(
    paused?.indexes.map(({ state, failures }) => [state, failures]),
    Array(3).fill(["pending", 0]),
  );
  await sleep(100);
  assert.equal(activeCount(await facts()), 0);
  await runner.setParallelism(order.name, 2);
  assert.equal((await until(facts, ended))?.state, "succeeded");
});

test("stop interrupts, kills what is deaf after the grace period, and forgets the job", async () => {
  const { runner, order, facts, hanging } = await start({ 0: ["hang"], 1: ["deaf"] });
  await hanging(0, 1);
  const pids = [...runner.childPids(order.name).values()];
  await runner.stop(order.name);
  assert.equal((await facts())?.stopping, true);
  await until(facts, (seen) => seen === undefined);
  assert.deepEqual(pids.map(isRunning), [false, false]);
});

test("a back-off of any length, also of none, ends in another attempt", async () => {
  // Twelve indexes that fail twice under a back-off of 0 to 2 ms: most end within the call that looks for them.
  const plan = Object.fromEntries(Array.from({ length: 12 }, (_, index) => [index, [1, 1, 0]]));
  for (const baseBackoffMs of [0, 0.5]) {
    const { facts } = await start(plan, { parallelism: 12 }, baseBackoffMs);
    assert.equal((await until(facts, ended))?.state, "succeeded");
  }
});
