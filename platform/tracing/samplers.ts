import {
  AlwaysOffSampler,
  AlwaysOnSampler,
  ParentBasedSampler,
  TraceIdRatioBasedSampler,
  type Sampler,
} from "@opentelemetry/sdk-trace";
import type { TracingConfig } from "./tracing-config.ts";

/** Which spans are recorded: of runs, and of what happens a million times. */
interface Samplers {
  readonly runs: Sampler;
  readonly many: Sampler;
}

/** By the standard variables, which are about messages. Runs are recorded whole unless nothing is. */
export function samplersOf({
  OTEL_TRACES_SAMPLER: name,
  OTEL_TRACES_SAMPLER_ARG: ratio,
}: TracingConfig): Samplers {
  const many = rootSampler(name, ratio);
  const isOff = name.endsWith("always_off");
  return {
    runs: isOff ? new AlwaysOffSampler() : new AlwaysOnSampler(),
    many: name.startsWith("parentbased_") ? new ParentBasedSampler({ root: many }) : many,
  };
}

function rootSampler(name: TracingConfig["OTEL_TRACES_SAMPLER"], ratio: number): Sampler {
  switch (name) {
    case "always_on":
    case "parentbased_always_on":
      return new AlwaysOnSampler();
    case "always_off":
    case "parentbased_always_off":
      return new AlwaysOffSampler();
    case "traceidratio":
    case "parentbased_traceidratio":
      return new TraceIdRatioBasedSampler(ratio);
  }
}
