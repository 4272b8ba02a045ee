import type { CpuSeconds, SettleResult } from "./settle-bench.ts";

/** A settlement's figures as `bench/results/latest.json` holds them, rounded to hundredths. */
export interface SettleSummary {
  readonly members: number;
  readonly bills: number;
  readonly items: number;
  readonly partitions: number;
  readonly floorSeconds: number;
  readonly seconds: number;
  readonly chunkedSeconds: number | null;
  readonly ratioToFloor: number;
  readonly ratioToChunked: number | null;
  readonly microsecondsPerMember: number;
  readonly workerMaxRssMiB: number;
  readonly cpuSeconds: CpuSeconds;
  readonly floorCpuSeconds: CpuSeconds;
  readonly cpuRatioToFloor: number;
}

export function summariseSettlement(result: SettleResult): SettleSummary {
  const { members, bills, items, partitions, seconds, floorSeconds, chunkedSeconds, workerMaxRssMiB } =
    result;
  return {
    ...{ members, bills, items, partitions, floorSeconds: round(floorSeconds), seconds: round(seconds) },
    chunkedSeconds: chunkedSeconds === null ? null : round(chunkedSeconds),
    ratioToFloor: round(seconds / floorSeconds),
    ratioToChunked: chunkedSeconds === null ? null : round(chunkedSeconds / seconds),
    microsecondsPerMember: round((seconds / members) * 1e6),
    workerMaxRssMiB,
    cpuSeconds: roundCpu(result.cpu),
    floorCpuSeconds: roundCpu(result.floorCpu),
    cpuRatioToFloor: round(sum(result.cpu) / sum(result.floorCpu)),
  };
}

/** Rounded to hundredths. */
export function round(value: number): number {
  return Math.round(value * 100) / 100;
}

function roundCpu({ postgres, node }: CpuSeconds): CpuSeconds {
  return { postgres: round(postgres), node: round(node) };
}

function sum({ postgres, node }: CpuSeconds): number {
  return postgres + node;
}
