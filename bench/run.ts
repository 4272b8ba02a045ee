import { mkdirSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { measureSettlement, type CpuSeconds, type SettleResult } from "./settle/settle-bench.ts";

// `make bench MEMBERS=N`: measures settlement beside its floor and the customary way, prints the ratios, and writes
// bench/results/latest.json.

const { values } = parseArgs({
  options: {
    members: { type: "string", default: "100000" },
    rounds: { type: "string", default: "3" },
    partitions: { type: "string", default: "8" },
    workers: { type: "string", default: "2" },
    "no-chunked": { type: "boolean", default: false },
  },
});

const results = fileURLToPath(new URL("./results/", import.meta.url));
mkdirSync(results, { recursive: true });

const settle = await measureSettlement({
  members: Number(values.members),
  partitions: Number(values.partitions),
  workers: Number(values.workers),
  rounds: Number(values.rounds),
  chunked: !values["no-chunked"],
  folder: results,
  say: (line) => {
    process.stdout.write(`${line}\n`);
  },
});

const report = { at: new Date().toISOString(), settle: summarise(settle) };
writeFileSync(`${results}latest.json`, `${JSON.stringify(report, null, 2)}\n`);
process.stdout.write(`${JSON.stringify(report, null, 2)}\n`);

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
