import assert from "node:assert/strict";
import { test } from "node:test";
import { ConfigError } from "../config.ts";
import { readTracingConfig } from "./tracing-config.ts";

const OTEL_EXPORTER_OTLP_ENDPOINT = "http://collector:4318";

test("tracing is off until an endpoint is named, and can be switched off again", () => {
  assert.equal(readTracingConfig({}), null);
  assert.equal(readTracingConfig({ OTEL_SERVICE_NAME: "billing", OTEL_EXPORTER_OTLP_ENDPOINT: "" }), null);
  assert.equal(readTracingConfig({ OTEL_EXPORTER_OTLP_ENDPOINT, OTEL_SDK_DISABLED: "true" }), null);
  assert.equal(readTracingConfig({ OTEL_EXPORTER_OTLP_ENDPOINT, OTEL_TRACES_EXPORTER: "none" }), null);
  const tracesOnly = { OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: `${OTEL_EXPORTER_OTLP_ENDPOINT}/v1/traces` };
  assert.notEqual(readTracingConfig(tracesOnly), null);
});

test("of a million messages a thousand are traced, unless somebody says otherwise", () => {
  const config = readTracingConfig({ OTEL_EXPORTER_OTLP_ENDPOINT });
  assert.equal(config?.OTEL_TRACES_SAMPLER, "parentbased_traceidratio");
  assert.equal(config.OTEL_TRACES_SAMPLER_ARG, 0.001);
  const all = readTracingConfig({ OTEL_EXPORTER_OTLP_ENDPOINT, OTEL_TRACES_SAMPLER: "always_on" });
  assert.equal(all?.OTEL_TRACES_SAMPLER, "always_on");
});

test("what is wrong is named, all at once", () => {
  const wrong = {
    ...{ OTEL_EXPORTER_OTLP_ENDPOINT: "collector:4318", OTEL_EXPORTER_OTLP_PROTOCOL: "grpc" },
    ...{ OTEL_TRACES_SAMPLER: "sometimes", OTEL_TRACES_SAMPLER_ARG: "2" },
  };
  assert.throws(
    () => readTracingConfig(wrong),
    (error) => {
      assert.ok(error instanceof ConfigError);
      assert.deepEqual(
        error.problems.map((problem) => problem.split(":")[0]),
        Object.keys(wrong),
      );
      return true;
    },
  );
});
