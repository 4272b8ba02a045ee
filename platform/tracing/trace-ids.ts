import { createHash } from "node:crypto";

/** Where a span stands: ids of a trace and of one of its spans, in hexadecimal. */
export interface TracePlace {
  /** 32 digits. */
  readonly traceId: string;
  /** 16 digits. */
  readonly spanId: string;
}

/**
 * The same name gives the same place, in whatever process: what one run, or one message, does in many processes over days is one
 * trace, and nobody has to remember its number.
 */
function tracePlaceOf(name: string): TracePlace {
  const digits = createHash("sha256").update(name).digest("hex");
  return { traceId: digits.slice(0, 32), spanId: digits.slice(32, 48) };
}

/** The place of a run's generation. */
export function runPlace(runId: string, generation: number): TracePlace {
  return tracePlaceOf(`run ${runId} ${generation}`);
}

/** The place of a bill's message: every attempt at it, over whatever channel, by whoever it is redriven. */
export function messagePlace(message: { readonly billId: number; readonly generation: number }): TracePlace {
  return tracePlaceOf(`message ${message.billId} ${message.generation}`);
}

const traceparentPattern = /^00-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})$/;

/** A place as W3C's header of a sampled trace. */
export function traceparentOf({ traceId, spanId }: TracePlace): string {
  return `00-${traceId}-${spanId}-01`;
}

/** The place in a W3C header; null when it is none, or its trace is not sampled. */
export function placeOfTraceparent(header: string): TracePlace | null {
  const [, traceId = "", spanId = "", flags = ""] = traceparentPattern.exec(header) ?? [];
  const isSampled = (Number.parseInt(flags || "0", 16) & 1) === 1;
  const isZero = /^0*$/.test(traceId) || /^0*$/.test(spanId);
  return isSampled && !isZero ? { traceId, spanId } : null;
}
