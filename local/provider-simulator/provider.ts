import { createHash } from "node:crypto";
import { openAcceptLog, type AcceptLog } from "./accept-log.ts";
import { magicOutcome, outcomeOf, type OutcomeOdds, type SimulatedOutcome } from "./outcome.ts";

/** A message as the provider receives it; whatever else it says is of no interest here. */
export interface ProviderRequest {
  readonly key: string;
  readonly channel: string;
  readonly recipient: string;
}

/** The provider's decision on one request. */
export interface ProviderDecision {
  readonly outcome: SimulatedOutcome;
  /** Of the accepted message; "" when it was not accepted. */
  readonly messageId: string;
  /** The key had been accepted before: the answer is the first one again. */
  readonly replayed: boolean;
}

/** Counts since the start. */
export interface ProviderStats {
  requests: number;
  accepted: number;
  replayed: number;
  transient: number;
  permanent: number;
  cut: number;
}

/** A provider that accepts each idempotency key once. */
export interface Provider {
  readonly stats: Readonly<ProviderStats>;
  decide(request: ProviderRequest): ProviderDecision;
  /** Sets what the billing clock is ahead of this machine's. */
  setClockOffset(offsetMs: number): void;
  /** Resolves when what was decided so far may be answered: the log is as safe as it was asked to be. */
  durable(): Promise<void>;
  close(): void;
}

export interface ProviderOptions extends OutcomeOdds {
  /** "" = keep no log. */
  readonly logFile: string;
  /** The log is on the disk before an answer. [it is with the operating system] */
  readonly fsync?: boolean;
  /** Told of each first acceptance. [nobody is] */
  readonly onAccept?: (request: ProviderRequest, messageId: string) => void;
}

/** Opens the log (accepts of a former process count) and decides request by request. */
export function createProvider(options: ProviderOptions): Provider {
  const log = openAcceptLog(options.logFile, options.fsync);
  const ordinals = new Map<string, number>();
  const stats: ProviderStats = { requests: 0, accepted: 0, replayed: 0, transient: 0, permanent: 0, cut: 0 };
  let clockOffsetMs = 0;
  return {
    stats,
    decide(request) {
      stats.requests++;
      const known = log.accepted.get(request.key);
      if (known !== undefined) {
        stats.replayed++;
        log.write({ kind: "replay", ...logged(request, clockOffsetMs), messageId: known });
        return { outcome: "accept", messageId: known, replayed: true };
      }
      const ordinal = (ordinals.get(request.key) ?? 0) + 1;
      const outcome = magicOutcome(request.recipient) ?? outcomeOf(options, request.key, ordinal);
      count(stats, outcome);
      if (outcome === "transient" || outcome === "permanent") {
        ordinals.set(request.key, ordinal);
        return { outcome, messageId: "", replayed: false };
      }
      const messageId = accept(log, request, clockOffsetMs);
      options.onAccept?.(request, messageId);
      return { outcome, messageId, replayed: false };
    },
    setClockOffset: (offsetMs) => {
      clockOffsetMs = offsetMs;
    },
    durable: () => log.durable(),
    close: () => {
      log.close();
    },
  };
}

function accept(log: AcceptLog, request: ProviderRequest, clockOffsetMs: number): string {
  const messageId = `sim-${log.accepted.size + 1}`;
  log.accepted.set(request.key, messageId);
  log.write({ kind: "accept", ...logged(request, clockOffsetMs), messageId });
  return messageId;
}

function count(stats: ProviderStats, outcome: SimulatedOutcome): void {
  if (outcome === "transient") stats.transient++;
  else if (outcome === "permanent") stats.permanent++;
  else stats.accepted++;
  if (outcome === "accept-then-cut") stats.cut++;
}

function logged(
  { key, channel, recipient }: ProviderRequest,
  clockOffsetMs: number,
): { key: string; channel: string; recipient: string; receivedAt: string; billingAt: string } {
  const nowMs = Date.now();
  return {
    key,
    channel,
    recipient: createHash("md5").update(recipient).digest("hex").slice(0, 12),
    receivedAt: new Date(nowMs).toISOString(),
    billingAt: new Date(nowMs + clockOffsetMs).toISOString(),
  };
}
