import { ExitCode } from "../../platform/exit-codes.ts";
import { parseIndexRanges } from "../../platform/index-ranges.ts";
import type { PlayedEnd, PlayedPod } from "../cluster/play-container.ts";
import { type Carrier, type Ended, ended } from "../settlement/support.ts";

/** Decides about a pod before its job is done: an end, or null to let it be done. */
type Intervention = (pod: PlayedPod) => PlayedEnd | null | Promise<PlayedEnd | null>;

/** Plays the pods of Jobs by doing their jobs in the test's own process: real settlement without 0.5 s of start a pod. */
export class Pods {
  readonly #carrier: Carrier;
  #intervention: Intervention = () => null;
  #gate = Promise.withResolvers<undefined>();
  readonly #closed = new Set<string>();
  /** `<job> <index>` of every pod that was started. */
  readonly started: string[] = [];

  constructor(carrier: Carrier) {
    this.#carrier = carrier;
  }

  /** From now on every pod asks here first. */
  intervene(intervention: Intervention): void {
    this.#intervention = intervention;
  }

  /** Pods of these subcommands wait at their beginning until `open`; told to stop, they exit 75. */
  close(...kinds: readonly string[]): void {
    for (const kind of kinds) this.#closed.add(kind);
  }

  /** All go on, except those of the subcommands that stay closed. */
  open(...stillClosed: readonly string[]): void {
    this.#closed.clear();
    this.close(...stillClosed);
    this.#gate.resolve(undefined);
    this.#gate = Promise.withResolvers();
  }

  play = async (pod: PlayedPod): Promise<PlayedEnd> => {
    this.started.push(`${pod.jobName} ${pod.index ?? "-"}`);
    const end = await this.#intervention(pod);
    if (end !== null) return end;
    while (this.#closed.has(pod.args[0] ?? "")) {
      if ((await this.#wait(pod.terminated)) === "terminated") return ExitCode.interrupted;
    }
    const { code, error } = await this.#do(pod);
    return { exitCode: code ?? 137, message: error };
  };

  async #wait(terminated: AbortSignal): Promise<"open" | "terminated"> {
    const stopped = Promise.withResolvers<"terminated">();
    const stop = (): void => stopped.resolve("terminated");
    terminated.addEventListener("abort", stop);
    return await Promise.race([this.#gate.promise.then(() => "open" as const), stopped.promise]);
  }

  #do({ args, index, environment }: PlayedPod): Promise<Ended> {
    const [kind = "", ...rest] = args;
    const generation = Number(optionOf(rest, "generation") ?? 0);
    switch (kind) {
      case "prepare":
        return this.#carrier.prepare({
          name: optionOf(rest, "name") ?? "",
          runId: optionOf(rest, "run-id") ?? "",
          tariff: optionOf(rest, "tariff") ?? "",
          partitions: Number(optionOf(rest, "partitions")),
        });
      case "settle":
        return this.#carrier.settle(partitionOf(index ?? 0, environment["PARTITIONS"]), generation);
      case "verify":
        return this.#carrier.verify(generation);
      case "promote": {
        const release = optionOf(rest, "release") as "automatic" | "manual" | "none";
        const releaseAt = optionOf(rest, "release-at");
        const digest = optionOf(rest, "digest") ?? "";
        return this.#carrier.promote({
          ...{ digest, generation, release },
          ...(releaseAt !== undefined && { releaseAt: Date.parse(releaseAt) }),
        });
      }
      default:
        return ended(this.#carrier.start(args));
    }
  }
}

function optionOf(args: readonly string[], name: string): string | undefined {
  const at = args.indexOf(`--${name}`);
  return at < 0 ? undefined : args[at + 1];
}

function partitionOf(index: number, partitions: string | undefined): number {
  if (partitions === undefined) return index;
  const partition = parseIndexRanges(partitions)[index];
  if (partition === undefined) throw new RangeError(`no partition at ${index} of ${partitions}`);
  return partition;
}
