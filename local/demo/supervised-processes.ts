import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { logTail, startOwned, type OwnedProcess } from "../owned-process.ts";
import { mainProgram } from "../run/local-runner.ts";
import type { ServedFolder } from "./demo-folder.ts";

/** A subcommand that runs until it is stopped. */
export interface ProcessOrder {
  readonly name: string;
  readonly args: readonly string[];
  readonly environment: NodeJS.ProcessEnv;
  /** Answers 200 once the service can work. */
  readonly readyUrl: string;
  /** Whether it is started again when it ends; if not, its end is the demo's. */
  readonly restartable: boolean;
}

const readyTimeoutMs = 30_000;
const watchEveryMs = 500;
const maxRestarts = 10;

interface Supervised {
  readonly order: ProcessOrder;
  process: OwnedProcess;
}

/** The demo's long-running processes: what Deployments are in a cluster. One that ends is started again. */
export class SupervisedProcesses {
  readonly #folder: ServedFolder;
  readonly #processes: Supervised[] = [];
  #restarts = 0;
  #watching: Promise<void> | undefined;
  #stopped = false;

  constructor(folder: ServedFolder) {
    this.#folder = folder;
  }

  /** How often one had to be started again. */
  get restarts(): number {
    return this.#restarts;
  }

  /** Starts one and waits until it is ready. */
  async start(order: ProcessOrder): Promise<void> {
    const supervised = { order, process: await this.#launch(order) };
    this.#processes.push(supervised);
    const deadlineMs = Date.now() + readyTimeoutMs;
    while (!(await isReady(order.readyUrl))) {
      if (supervised.process.ended() || Date.now() > deadlineMs) {
        throw new Error(`${order.name} does not come up:\n${logTail(this.#logFile(order))}`);
      }
      await sleep(50);
    }
  }

  /** Starts again what ends; rejects when that happens too often to be an accident. */
  watch(): Promise<void> {
    this.#watching ??= this.#watch();
    return this.#watching;
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    await this.#watching?.catch(() => undefined);
    await Promise.all(this.#processes.map((supervised) => supervised.process.stop()));
  }

  async #watch(): Promise<void> {
    while (!this.#stopped) {
      for (const supervised of this.#processes) {
        if (!supervised.process.ended()) continue;
        if (!supervised.order.restartable || this.#restarts++ >= maxRestarts) {
          throw new Error(`${supervised.order.name} has ended:\n${logTail(this.#logFile(supervised.order))}`);
        }
        supervised.process = await this.#launch(supervised.order);
      }
      await sleep(watchEveryMs);
    }
  }

  #launch({ name, args, environment }: ProcessOrder): Promise<OwnedProcess> {
    return startOwned({
      command: process.execPath,
      args: [mainProgram, ...args],
      environment: { ...process.env, ...environment },
      logFile: join(this.#folder.logs, `${name}.log`),
      processFile: join(this.#folder.processes, `${name}.pid.json`),
      stopSignal: "SIGTERM",
      stopTimeoutMs: 30_000,
    });
  }

  #logFile(order: ProcessOrder): string {
    return join(this.#folder.logs, `${order.name}.log`);
  }
}

async function isReady(url: string): Promise<boolean> {
  try {
    return (await fetch(url)).ok;
  } catch {
    return false;
  }
}
