import assert from "node:assert/strict";
import { test } from "node:test";
import { z } from "zod";
import { ConfigError, kafkaVariables, parseConfig } from "./config.ts";
import { librdkafkaSecurity, parseKafkaSecurity, type KafkaSecurity } from "./kafka-security.ts";

function securityOf(variables: Readonly<Record<string, string>>): KafkaSecurity {
  return parseKafkaSecurity(
    parseConfig(z.object(kafkaVariables), { KAFKA_BOOTSTRAP: "k:9092", ...variables }),
  );
}

test("what does not fit together is told, all of it", () => {
  const variables = { KAFKA_SASL_MECHANISM: "PLAIN", KAFKA_CERTIFICATE_FILE: "/tls.crt" };
  assert.throws(
    () => securityOf(variables),
    (error) => {
      assert.ok(error instanceof ConfigError);
      assert.deepEqual(error.problems, [
        "KAFKA_SASL_USERNAME: is needed with KAFKA_SASL_MECHANISM",
        "KAFKA_SASL_PASSWORD: is needed with KAFKA_SASL_MECHANISM",
        "KAFKA_CERTIFICATE_FILE, KAFKA_KEY_FILE: one needs the other",
        "KAFKA_TLS: must be true for certificates to be of use",
      ]);
      return true;
    },
  );
});

test("the protocol follows from both", () => {
  const user = { KAFKA_SASL_MECHANISM: "PLAIN", KAFKA_SASL_USERNAME: "u", KAFKA_SASL_PASSWORD: "p" };
  const protocolOf = (variables: Readonly<Record<string, string>>): string | undefined =>
    librdkafkaSecurity(securityOf(variables))["security.protocol"];
  assert.equal(protocolOf({}), "plaintext");
  assert.equal(protocolOf({ KAFKA_TLS: "true" }), "ssl");
  assert.equal(protocolOf(user), "sasl_plaintext");
  assert.equal(protocolOf({ ...user, KAFKA_TLS: "true" }), "sasl_ssl");
});
