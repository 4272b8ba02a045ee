import { z } from "zod";
import { parseConfig } from "../config.ts";

/**
 * OpenTelemetry's standard variables, as far as they decide anything here; headers, time-outs and certificates of the exporter
 * (`OTEL_EXPORTER_OTLP_*`) are read by its library.
 */
const tracingVariables = z.object({
  OTEL_SDK_DISABLED: z.string().default("false"),
  OTEL_TRACES_EXPORTER: z.enum(["otlp", "none"]).default("otlp"),
  OTEL_EXPORTER_OTLP_ENDPOINT: z.union([z.literal(""), z.url({ protocol: /^https?$/ })]).default(""),
  OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: z.union([z.literal(""), z.url({ protocol: /^https?$/ })]).default(""),
  OTEL_EXPORTER_OTLP_PROTOCOL: z.enum(["http/json"]).default("http/json"),
  OTEL_EXPORTER_OTLP_TRACES_PROTOCOL: z.enum(["http/json"]).default("http/json"),
  OTEL_SERVICE_NAME: z.string().default(""),
  OTEL_RESOURCE_ATTRIBUTES: z.string().default(""),
  OTEL_TRACES_SAMPLER: z
    .enum([
      ...(["always_on", "always_off", "traceidratio"] as const),
      ...(["parentbased_always_on", "parentbased_always_off", "parentbased_traceidratio"] as const),
    ])
    .default("parentbased_traceidratio"),
  /** Of messages; runs are traced whole. One in a thousand: a million sends make a thousand traces. */
  OTEL_TRACES_SAMPLER_ARG: z.coerce.number().min(0).max(1).default(0.001),
});

/** How a process traces. */
export type TracingConfig = z.output<typeof tracingVariables>;

/** Null when tracing is off, as it is until an endpoint is named. Throws a ConfigError that names every bad variable. */
export function readTracingConfig(environment: NodeJS.ProcessEnv = process.env): TracingConfig | null {
  const endpoint =
    environment["OTEL_EXPORTER_OTLP_TRACES_ENDPOINT"] || environment["OTEL_EXPORTER_OTLP_ENDPOINT"];
  if (!endpoint) return null;
  const config = parseConfig(tracingVariables, environment);
  const isOff = config.OTEL_SDK_DISABLED.toLowerCase() === "true" || config.OTEL_TRACES_EXPORTER === "none";
  return isOff ? null : config;
}
