import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { measureDelivery } from "./delivery/delivery-bench.ts";
import { summariseDelivery } from "./delivery/summarise.ts";
import { measureSettlement, type CpuSeconds, type SettleResult } from "./settle/settle-bench.ts";

// `make bench MEMBERS=N`: measures settlement beside its floor and the customary way, then delivery of at most
// --delivery-messages of the bills, prints the ratios, and writes bench/results/latest.json. With `--only settle` or
// `--only delivery` the other part stays in that file as it was; each part says when it was measured.

const { values } = parseArgs({
  options: {
    members: { type: "string", default: "100000" },
    rounds: { type: "string", default: "3" },
    partitions: { type: "string", default: "8" },
    workers: { type: "string", default: "2" },
    "no-chunked": { type: "boolean", default: false },
    "delivery-messages": { type: "string", default: "60000" },
    only: { type: "string", default: "" },
  },
});

const parts = { settle: measureSettle, delivery: measureDeliveries };
if (values.only !== "" && !Object.keys(parts).includes(values.only)) {
  throw new RangeError(`--only must be one of ${Object.keys(parts).join(", ")}`);
}

const results = fileURLToPath(new URL("./results/", import.meta.url));
const latest = `${results}latest.json`;
mkdirSync(results, { recursive: true });

let report: Readonly<Record<string, unknown>> = {};
for (const [name, measure] of Object.entries(parts)) {
  if (values.only !== "" && values.only !== name) continue;
  const at = new Date().toISOString();
  const measured = { at, ...(await measure()) };
  report = { ...(values.only === "" ? report : formerReport()), [name]: measured };
  writeFileSync(latest, `${JSON.stringify(report, null, 2)}\n`);
}
process.stdout.write(`${JSON.stringify(report, null, 2)}\n`);

function formerReport(): Readonly<Record<string, unknown>> {
  if (!existsSync(latest)) return {};
  const { settle, delivery } = JSON.parse(readFileSync(latest, "utf8")) as Record<string, unknown>;
  return { ...(settle !== undefined && { settle }), ...(delivery !== undefined && { delivery }) };
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

async function measureSettle(): Promise<object> {
  const settle = await measureSettlement({
    members: Number(values.members),
    partitions: Number(values.partitions),
    workers: Number(values.workers),
    rounds: Number(values.rounds),
    chunked: !values["no-chunked"],
    folder: results,
    say,
  });
  return summarise(settle);
}

async function measureDeliveries(): Promise<object> {
  const members = Math.min(Number(values.members), Number(values["delivery-messages"]));
  return summariseDelivery(await measureDelivery({ members, folder: results, say }));
}

function summarise(result: SettleResult): object {
  const { members, bills, items, seconds, floorSeconds, chunkedSeconds, workerMaxRssMiB } = result;
  const ratio = (value: number): number => Math.round(value * 100) / 100;
  const cpuSum = (cpu: CpuSeconds): number => cpu.postgres + cpu.node;
  return {
    ...{ members, bills, items, floorSeconds: ratio(floorSeconds), seconds: ratio(seconds) },
    chunkedSeconds: chunkedSeconds === null ? null : ratio(chunkedSeconds),
    ratioToFloor: ratio(seconds / floorSeconds),
    ratioToChunked: chunkedSeconds === null ? null : ratio(chunkedSeconds / seconds),
    microsecondsPerMember: ratio((seconds / members) * 1e6),
    workerMaxRssMiB,
    cpuSeconds: { postgres: ratio(result.cpu.postgres), node: ratio(result.cpu.node) },
    floorCpuSeconds: { postgres: ratio(result.floorCpu.postgres), node: ratio(result.floorCpu.node) },
    cpuRatioToFloor: ratio(cpuSum(result.cpu) / cpuSum(result.floorCpu)),
  };
}
