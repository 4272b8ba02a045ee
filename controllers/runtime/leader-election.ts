import { randomUUID } from "node:crypto";
import type { Kubernetes } from "../../platform/kubernetes/kubernetes.ts";
import { createLeaseClaim, type HoldOutcome, type LeaseClaim } from "./lease-claim.ts";
import { sleep } from "./sleep.ts";

/** A candidate for leadership over a Lease. */
export interface LeaderElection {
  /** Whether it may act, by the clock: true also the moment before a timer would have found out means lost. */
  isLeading(): boolean;
  /**
   * Contends until `signal`. Each time it leads, `work` runs, and has to end soon after its own signal: that fires when
   * leadership is lost, or when `signal` does. The lease is kept while `work` still ends, then given away. Ends when
   * `work` ends by itself, and rejects as `work` does.
   */
  run(work: (until: AbortSignal) => Promise<void>, signal: AbortSignal): Promise<void>;
}

export interface LeaderElectionOptions {
  readonly kubernetes: Pick<Kubernetes, "get" | "create" | "replace">;
  readonly namespace: string;
  /** Of the Lease. */
  readonly name: string;
  /** Who this is, for people; made unique here. */
  readonly identity: string;
  /** Others take over when they have seen no renewal for so long. [15 s] */
  readonly leaseDurationMs?: number;
  /** The leader stops when it could not renew for so long; less than the lease's, so that it stops first. [10 s] */
  readonly renewDeadlineMs?: number;
  /** Between tries. [2 s] */
  readonly retryPeriodMs?: number;
  readonly onLeading?: () => void;
  /** Called at once when leadership is lost, before `work` has ended. */
  readonly onLost?: (reason: string) => void;
  /** A try failed; nothing more has to be done about it. */
  readonly onError: (error: unknown) => void;
}

/** A candidate; see `LeaderElection`. Trusts only its own monotonic clock. */
export function createLeaderElection(options: LeaderElectionOptions): LeaderElection {
  return new LeaseElection(options);
}

type Work = (until: AbortSignal) => Promise<void>;

class LeaseElection implements LeaderElection {
  readonly #options: LeaderElectionOptions;
  readonly #claim: LeaseClaim;
  readonly #renewDeadlineMs: number;
  readonly #retryPeriodMs: number;
  /** When leadership ends unless it is renewed, on the monotonic clock. */
  #leadsUntil = -Infinity;

  constructor(options: LeaderElectionOptions) {
    this.#options = options;
    this.#renewDeadlineMs = options.renewDeadlineMs ?? 10_000;
    this.#retryPeriodMs = options.retryPeriodMs ?? 2_000;
    this.#claim = createLeaseClaim({
      ...options,
      identity: `${options.identity}_${randomUUID()}`,
      leaseDurationMs: options.leaseDurationMs ?? 15_000,
    });
  }

  isLeading(): boolean {
    return performance.now() < this.#leadsUntil;
  }

  async run(work: Work, signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      const held = await this.#tryHold();
      if (held.outcome === "held") {
        this.#leadsUntil = held.until;
        if ((await this.#lead(work, signal)) === "ended") return;
      }
      await sleep(this.#retryPeriodMs * (1 + Math.random() / 5), signal);
    }
  }

  /** From holding the lease until `work` has ended. */
  async #lead(work: Work, signal: AbortSignal): Promise<"ended" | "lost"> {
    const lost = new AbortController();
    const ended = new AbortController();
    this.#options.onLeading?.();
    const until = AbortSignal.any([signal, lost.signal]);
    const working = (signal.aborted ? Promise.resolve() : work(until)).finally(() => ended.abort());
    working.catch(() => undefined); // awaited below, after the lease has been kept for it
    await this.#keep(lost, ended.signal);
    try {
      await working;
    } catch (error) {
      if (!lost.signal.aborted) throw error;
      this.#options.onError(error);
    } finally {
      this.#leadsUntil = -Infinity;
      if (!lost.signal.aborted) await this.#release();
    }
    return lost.signal.aborted ? "lost" : "ended";
  }

  /** Renews until `ended`, or until it fires `lost`. */
  async #keep(lost: AbortController, ended: AbortSignal): Promise<void> {
    const over = AbortSignal.any([lost.signal, ended]);
    const lose = (reason: string): void => {
      if (over.aborted) return;
      this.#leadsUntil = -Infinity;
      lost.abort(new Error(reason));
      this.#options.onLost?.(reason);
    };
    // Beside the renewals, which may hang.
    const watchDeadline = async (): Promise<void> => {
      while (this.isLeading() && !over.aborted) await sleep(this.#leadsUntil - performance.now() + 1, over);
      lose(`the lease could not be renewed for ${this.#renewDeadlineMs} ms`);
    };
    const watching = watchDeadline();
    while (true) {
      await sleep(this.#retryPeriodMs, over);
      if (over.aborted) break;
      const { outcome, until } = await this.#tryHold();
      if (outcome === "taken") lose("another has taken the lease");
      if (outcome === "held" && !lost.signal.aborted) this.#leadsUntil = until;
    }
    await watching;
  }

  /** Never rejects. `until`: how long a hold allows to lead, counted from before the server was asked. */
  async #tryHold(): Promise<{ readonly outcome: HoldOutcome | "failed"; readonly until: number }> {
    const until = performance.now() + this.#renewDeadlineMs;
    try {
      // Half: an exchange that hangs leaves time for another over a new connection.
      return { outcome: await withinMs(this.#renewDeadlineMs / 2, this.#claim.tryHold()), until };
    } catch (error) {
      this.#options.onError(error);
      return { outcome: "failed", until };
    }
  }

  async #release(): Promise<void> {
    try {
      await withinMs(this.#renewDeadlineMs / 2, this.#claim.release());
    } catch (error) {
      this.#options.onError(error); // then it runs out
    }
  }
}

async function withinMs<Result>(ms: number, promise: Promise<Result>): Promise<Result> {
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(() => late.reject(new Error(`no answer about the lease in ${ms} ms`)), ms);
  return Promise.race([promise, late.promise]).finally(() => clearTimeout(timer));
}
