import { createHash } from "node:crypto";
import type { PartitionAddress } from "../../database/generations/address.ts";
import { claimPartition } from "../../database/generations/claim-partition.ts";
import { completePartition } from "../../database/generations/complete-partition.ts";
import { silentMeter } from "../../jobs/job-meter.ts";
import { prepare } from "../../jobs/prepare/command.ts";
import { promote } from "../../jobs/promote/command.ts";
import { exitCodeOf, type JobContext } from "../../jobs/run-job.ts";
import { settle } from "../../jobs/settle/command.ts";
import { verify } from "../../jobs/verify/command.ts";
import { DEFAULT_POLICY } from "../../notification/policy.ts";
import { ExitCode } from "../../platform/exit-codes.ts";
import { parseIndexRanges } from "../../platform/index-ranges.ts";
import { createLogger } from "../../platform/logger.ts";
import { connect, type Client } from "../../platform/postgres.ts";
import type { PlayedEnd, PlayedPod, Script } from "../../tests/cluster/play-container.ts";
import { PERIOD } from "./billing-month.ts";

/** Pods that do their jobs in this process; connections are kept, so that a pod costs only its work. */
export interface JobPlayers {
  readonly script: Script;
  readonly stop: () => Promise<void>;
}

/** The jobs' own functions over real connections, without the half second in which a process of Node starts. */
export function playJobs(url: string): JobPlayers {
  const idle: Client[] = [];
  const take = async (): Promise<Client> =>
    idle.pop() ?? (await connect({ url, role: "billing_settlement", applicationName: "bench" }));
  return {
    script: async (pod) => {
      const taken: Client[] = [];
      const open = async (): Promise<Client> => {
        const client = await take();
        taken.push(client);
        return client;
      };
      const end = await play(pod, open);
      idle.push(...taken);
      return end;
    },
    stop: async () => {
      await Promise.all(idle.splice(0).map((client) => client.end()));
    },
  };
}

async function play(pod: PlayedPod, open: () => Promise<Client>): Promise<PlayedEnd> {
  const context: JobContext = {
    logger: createLogger("bench", "silent"),
    print: () => undefined,
    complain: () => undefined,
    connect: open,
    signal: pod.terminated,
    meter: silentMeter,
    fails: () => undefined,
    ofRun: () => undefined,
  };
  try {
    return await jobOf(pod, context);
  } catch (error) {
    return { exitCode: exitCodeOf(error, pod.terminated, ExitCode.jobHopeless), message: String(error) };
  }
}

async function jobOf({ args, index, environment }: PlayedPod, context: JobContext): Promise<ExitCode> {
  const [kind, ...options] = args;
  const text = (name: string): string => options[options.indexOf(`--${name}`) + 1] ?? "";
  const address = { period: PERIOD, generation: Number(text("generation")) };
  switch (kind) {
    case "prepare": {
      const run = { name: text("name"), runId: text("run-id"), tariff: text("tariff") };
      const partitions = Number(text("partitions"));
      return await prepare(context, { ...run, partitions, period: PERIOD, runType: "onCycle" });
    }
    case "settle":
      return await settleQuickly(context, {
        ...address,
        partitionIndex: partitionOf(index ?? 0, environment),
      });
    case "verify":
      return await verify(context, { ...address, sample: 1_000 });
    case "promote":
      return await promote(context, {
        ...{ ...address, digest: text("digest") },
        ...{ release: "none", policy: DEFAULT_POLICY },
      });
    default:
      throw new RangeError(`no pod plays ${String(kind)}`);
  }
}

/**
 * A partition without accounts is claimed and completed in the ledger by the product's own statements, and gets no leaf
 * tables: creating and attaching a thousand pairs of them takes minutes, and is no cost of Kubernetes. Tables that are not
 * there have no rows, so the proof of the run holds all the same.
 */
async function settleQuickly(context: JobContext, address: PartitionAddress): Promise<ExitCode> {
  const client = await context.connect();
  const { rowCount } = await client.query(
    `select from generation_partitions
     where period = $1 and generation = $2 and partition_index = $3 and expected_accounts = 0`,
    [`${address.period}-01`, address.generation, address.partitionIndex],
  );
  if (rowCount === 0) return await settle(context, address);
  const claim = await claimPartition(client, address, "bench");
  if (claim.kind === "already-done") return ExitCode.done;
  if (claim.kind !== "claimed") return ExitCode.jobHopeless;
  const nothing = {
    billed: 0,
    held: 0,
    excluded: 0,
    items: 0,
    totalMinor: 0n,
    usageMilli: new Map<string, bigint>(),
  };
  const digest = createHash("sha256").digest();
  const isOurs = await completePartition(client, address, claim.fence, { ...nothing, digest });
  return isOurs ? ExitCode.done : ExitCode.interrupted;
}

function partitionOf(index: number, { PARTITIONS }: Readonly<Record<string, string>>): number {
  return PARTITIONS === undefined ? index : (parseIndexRanges(PARTITIONS)[index] ?? index);
}
