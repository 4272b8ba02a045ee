import { setTimeout as sleep } from "node:timers/promises";
import { cpuSecondsOfTree } from "../cpu-seconds.ts";
import { machineBusySeconds } from "./machine.ts";
import type { Services } from "./services.ts";
import { partBetween, type Sample, type SteadyPart } from "./steady-part.ts";

/** What is watched. */
export interface WatchOrder {
  readonly services: Services;
  /** Every process whose cost is counted, by name. */
  readonly pids: Readonly<Record<string, number>>;
  readonly messages: number;
  /** Lets the messages go; the clock starts here. */
  readonly release: () => Promise<void>;
}

/** The way from the release to nearly all sends. */
export interface WatchedSends {
  /** From 10 % to 90 % of the messages: neither the start nor the tail of retries. */
  readonly steady: SteadyPart;
  /** From the release to 98.5 % of the messages. */
  readonly overall: { readonly sends: number; readonly seconds: number };
  /** Sends of the e-mail consumer under way, averaged over the steady part. */
  readonly inFlight: number;
}

const pollEveryMs = 50;
const inFlightEveryMs = 500;
/** What is left then waits for the retry ladder, which says nothing about speed. */
const nearlyAll = 0.985;
/** Slower than any machine that is worth measuring: then something hangs. */
const leastPerSecond = 100;
const patienceMs = 60_000;

/** Releases the messages and watches the provider's own count of accepts; rejects when a process ends or too little moves. */
export async function watchSends(order: WatchOrder): Promise<WatchedSends> {
  const { services, messages } = order;
  const startedMs = performance.now();
  const deadlineMs = startedMs + patienceMs + (messages / leastPerSecond) * 1_000;
  const inFlight = new InFlightAverage(services);
  let first: Sample | null = null;
  let last: Sample | null = null;
  await order.release();
  for (;;) {
    const sends = await services.provider.acceptedCount();
    const atMs = performance.now();
    if (sends >= 0.1 * messages) first ??= sampleAt(order, { atMs, sends });
    if (sends >= 0.9 * messages) last ??= sampleAt(order, { atMs, sends });
    if (first !== null && last !== null && sends >= nearlyAll * messages) {
      const overall = { sends, seconds: (atMs - startedMs) / 1_000 };
      return { steady: partBetween(first, last), overall, inFlight: inFlight.value };
    }
    if (first !== null && last === null) await inFlight.look();
    services.refuseEnded();
    if (atMs > deadlineMs) throw new Error(`only ${sends} of ${messages} messages were accepted in time`);
    await sleep(pollEveryMs);
  }
}

function sampleAt({ pids }: WatchOrder, now: { readonly atMs: number; readonly sends: number }): Sample {
  const cpu = Object.entries(pids).map(([name, pid]) => [name, cpuSecondsOfTree(pid)] as const);
  return { ...now, cpuSeconds: Object.fromEntries(cpu), machineBusySeconds: machineBusySeconds() };
}

/** Asks the e-mail consumer now and then: composing its metrics is work that it should spend on sending. */
class InFlightAverage {
  readonly #services: Services;
  #sum = 0;
  #looks = 0;
  #lookedMs = -Infinity;

  constructor(services: Services) {
    this.#services = services;
  }

  get value(): number {
    return Math.round(this.#sum / Math.max(1, this.#looks));
  }

  async look(): Promise<void> {
    if (performance.now() - this.#lookedMs < inFlightEveryMs) return;
    this.#lookedMs = performance.now();
    this.#sum += await this.#services.emailsInFlight();
    this.#looks++;
  }
}
