import { orExit } from "../config.ts";
import { readTracingConfig } from "./tracing-config.ts";
import type { TracePlace } from "./trace-ids.ts";

/** What a span says besides its name; ids and counts, never a contact or a name. */
export type SpanAttributes = Readonly<Record<string, string | number | boolean>>;

/** A span that begins. */
export interface SpanStart {
  readonly name: string;
  readonly kind?: "internal" | "producer" | "consumer" | "client";
  /** Epoch milliseconds. [now] */
  readonly startedAtMs?: number;
  readonly attributes?: SpanAttributes;
  /** Another trace that has to do with it. */
  readonly link?: TracePlace;
}

/** How a span ended. */
export interface SpanEnd {
  readonly attributes?: SpanAttributes;
  /** It failed; a code, never an error's words. */
  readonly errorCode?: string;
}

/** A span under way. */
export interface TraceSpan {
  readonly place: TracePlace;
  end(how?: SpanEnd): void;
}

/** What a process traces with. Nothing of it ever fails or waits, but for `close`. */
export interface Tracing {
  /** False: every other member does nothing. */
  readonly isOn: boolean;
  /** A span of a run, below the run's own: never left out, for runs are few. */
  startOfRun(run: TracePlace, start: SpanStart): TraceSpan | null;
  /** The span of the run itself, which stands above those of its jobs in whatever process. */
  wholeRun(run: TracePlace, start: SpanStart): TraceSpan | null;
  /** The first span of something that happens a million times; null = it is not among those that are traced. */
  startOfMany(traceId: string, start: SpanStart): TraceSpan | null;
  /** Below a span of this or another process that is traced. */
  below(parent: TracePlace, start: SpanStart): TraceSpan | null;
  /** Sends what there is, within a moment: a collector that is away holds nobody up. */
  close(): Promise<void>;
}

/** Tracing that is off. */
export const noTracing: Tracing = {
  isOn: false,
  startOfRun: () => null,
  wholeRun: () => null,
  startOfMany: () => null,
  below: () => null,
  close: () => Promise.resolve(),
};

/**
 * The tracing of this process: off, and without a library loaded, unless the environment names a collector. What is wrong with the
 * variables is printed, and ends the process with 78.
 */
export async function openTracing(processName: string): Promise<Tracing> {
  const config = orExit(() => readTracingConfig());
  if (config === null) return noTracing;
  const { openTelemetry } = await import("./open-telemetry.ts");
  return openTelemetry(processName, config);
}
