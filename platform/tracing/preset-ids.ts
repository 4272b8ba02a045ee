import { RandomIdGenerator, type IdGenerator } from "@opentelemetry/sdk-trace";
import type { TracePlace } from "./trace-ids.ts";

/** Random ids, but for the span that is begun within `as`. */
export class PresetIds implements IdGenerator {
  readonly #random = new RandomIdGenerator();
  #preset: Partial<TracePlace> = {};

  /** Begins one span at this place; an id that it leaves open is random. */
  as<Result>(place: Partial<TracePlace>, begin: () => Result): Result {
    this.#preset = place;
    try {
      return begin();
    } finally {
      this.#preset = {};
    }
  }

  generateTraceId(): string {
    return this.#preset.traceId ?? this.#random.generateTraceId();
  }

  generateSpanId(): string {
    return this.#preset.spanId ?? this.#random.generateSpanId();
  }
}
