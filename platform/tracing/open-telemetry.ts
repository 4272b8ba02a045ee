import { setTimeout as sleep } from "node:timers/promises";
import {
  ROOT_CONTEXT,
  SpanKind,
  SpanStatusCode,
  trace,
  TraceFlags,
  type Context,
  type Span,
} from "@opentelemetry/api";
import { OTLPTraceExporter } from "@opentelemetry/exporter-trace-otlp-http";
import {
  detectResources,
  resourceAttributesEnvDetector,
  resourceFromAttributes,
} from "@opentelemetry/resources";
import { BatchSpanProcessor, TracerProvider, type Sampler } from "@opentelemetry/sdk-trace";
import { PresetIds } from "./preset-ids.ts";
import { samplersOf } from "./samplers.ts";
import type { TracePlace } from "./trace-ids.ts";
import type { SpanStart, TraceSpan, Tracing } from "./tracing.ts";
import type { TracingConfig } from "./tracing-config.ts";

const flushWithinMs = 3_000;
const scope = "billing-operator";

const kinds = {
  internal: SpanKind.INTERNAL,
  producer: SpanKind.PRODUCER,
  consumer: SpanKind.CONSUMER,
  client: SpanKind.CLIENT,
} as const;

/** Tracing by OpenTelemetry, to a collector that understands OTLP over HTTP in JSON. Loaded only when it is on. */
export function openTelemetry(processName: string, config: TracingConfig): Tracing {
  const resource = detectResources({ detectors: [resourceAttributesEnvDetector] }).merge(
    resourceFromAttributes({ "service.name": config.OTEL_SERVICE_NAME || `billing-${processName}` }),
  );
  // It reads the endpoint, headers and time-outs from the standard variables itself.
  const processor = new BatchSpanProcessor({ exporter: new OTLPTraceExporter() });
  const ids = new PresetIds();
  const provider = (sampler: Sampler): TracerProvider =>
    new TracerProvider({ resource, sampler, idGenerator: ids, spanProcessors: [processor] });
  const samplers = samplersOf(config);
  const [runs, many] = [provider(samplers.runs), provider(samplers.many)];
  const [ofRuns, ofMany] = [runs.getTracer(scope), many.getTracer(scope)];
  return {
    isOn: true,
    startOfRun: (run, start) => begun(ofRuns.startSpan(start.name, optionsOf(start), within(run))),
    wholeRun: (run, start) =>
      begun(ids.as(run, () => ofRuns.startSpan(start.name, optionsOf(start), ROOT_CONTEXT))),
    startOfMany: (traceId, start) =>
      begun(ids.as({ traceId }, () => ofMany.startSpan(start.name, optionsOf(start), ROOT_CONTEXT))),
    below: (parent, start) => begun(ofMany.startSpan(start.name, optionsOf(start), within(parent))),
    async close() {
      const flushed = Promise.all(
        [runs, many].map((one) => one.forceFlush({ timeoutMillis: flushWithinMs })),
      );
      await Promise.race([flushed.catch(() => undefined), sleep(flushWithinMs, undefined, { ref: false })]);
    },
  };
}

/** Below a span that another process, or nobody yet, has begun. */
function within(place: TracePlace): Context {
  return trace.setSpanContext(ROOT_CONTEXT, { ...place, traceFlags: TraceFlags.SAMPLED, isRemote: true });
}

function optionsOf({
  kind = "internal",
  startedAtMs,
  attributes,
  link,
}: SpanStart): Parameters<ReturnType<TracerProvider["getTracer"]>["startSpan"]>[1] {
  return {
    kind: kinds[kind],
    ...(startedAtMs !== undefined && { startTime: startedAtMs }),
    ...(attributes !== undefined && { attributes: { ...attributes } }),
    ...(link !== undefined && { links: [{ context: { ...link, traceFlags: TraceFlags.SAMPLED } }] }),
  };
}

/** Null for a span that is not sampled. */
function begun(span: Span): TraceSpan | null {
  if (!span.isRecording()) return null;
  const { traceId, spanId } = span.spanContext();
  return {
    place: { traceId, spanId },
    end({ attributes, errorCode } = {}) {
      if (attributes !== undefined) span.setAttributes({ ...attributes });
      if (errorCode !== undefined) {
        span.setAttribute("error.type", errorCode);
        span.setStatus({ code: SpanStatusCode.ERROR, message: errorCode });
      }
      span.end();
    },
  };
}
