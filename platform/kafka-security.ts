import { readFileSync } from "node:fs";
import type { KafkaConfig, SASLOptions } from "kafkajs";
import { ConfigError, orExit } from "./config.ts";

/** How brokers are reached: in the clear and unknown, unless this says otherwise. */
export interface KafkaSecurity {
  readonly tls: {
    readonly caFile: string;
    readonly certificateFile: string;
    readonly keyFile: string;
  } | null;
  readonly sasl: {
    readonly mechanism: Mechanism;
    readonly username: string;
    readonly password: string;
  } | null;
}

/** Mechanisms that all three clients (librdkafka, kafkajs, KEDA's) have. */
export const saslMechanisms = ["PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512"] as const;

type Mechanism = (typeof saslMechanisms)[number];

/** The variables that it follows from; see platform/config.ts. */
interface SecurityVariables {
  readonly KAFKA_TLS: "true" | "false";
  readonly KAFKA_CA_FILE: string;
  readonly KAFKA_CERTIFICATE_FILE: string;
  readonly KAFKA_KEY_FILE: string;
  readonly KAFKA_SASL_MECHANISM: "" | Mechanism;
  readonly KAFKA_SASL_USERNAME: string;
  readonly KAFKA_SASL_PASSWORD: string;
}

/** No TLS, no user. */
export const openKafka: KafkaSecurity = { tls: null, sasl: null };

/** Security from a process's configuration; prints all problems and exits 78 when its variables do not fit together. */
export function loadKafkaSecurity(config: SecurityVariables): KafkaSecurity {
  return orExit(() => parseKafkaSecurity(config));
}

/** Security from variables; throws a ConfigError that lists what does not fit together. */
export function parseKafkaSecurity(config: SecurityVariables): KafkaSecurity {
  const problems: string[] = [];
  const mechanism = config.KAFKA_SASL_MECHANISM;
  for (const name of ["KAFKA_SASL_USERNAME", "KAFKA_SASL_PASSWORD"] as const) {
    if (mechanism !== "" && config[name] === "")
      problems.push(`${name}: is needed with KAFKA_SASL_MECHANISM`);
  }
  if ((config.KAFKA_CERTIFICATE_FILE === "") !== (config.KAFKA_KEY_FILE === ""))
    problems.push("KAFKA_CERTIFICATE_FILE, KAFKA_KEY_FILE: one needs the other");
  if (config.KAFKA_TLS === "false" && config.KAFKA_CA_FILE + config.KAFKA_CERTIFICATE_FILE !== "")
    problems.push("KAFKA_TLS: must be true for certificates to be of use");
  if (problems.length > 0) throw new ConfigError(problems);
  return {
    tls:
      config.KAFKA_TLS === "false"
        ? null
        : {
            caFile: config.KAFKA_CA_FILE,
            certificateFile: config.KAFKA_CERTIFICATE_FILE,
            keyFile: config.KAFKA_KEY_FILE,
          },
    sasl:
      mechanism === ""
        ? null
        : { mechanism, username: config.KAFKA_SASL_USERNAME, password: config.KAFKA_SASL_PASSWORD },
  };
}

/** The same in librdkafka's words. Without a CA of its own it looks where the system keeps its authorities. */
export function librdkafkaSecurity({ tls, sasl }: KafkaSecurity): Readonly<Record<string, string>> {
  const protocol = `${sasl === null ? "" : "sasl_"}${tls === null ? "plaintext" : "ssl"}`;
  return {
    "security.protocol": protocol,
    ...(tls !== null && { "ssl.ca.location": tls.caFile || "probe" }),
    ...(tls?.certificateFile && {
      "ssl.certificate.location": tls.certificateFile,
      "ssl.key.location": tls.keyFile,
    }),
    ...(sasl !== null && {
      "sasl.mechanism": sasl.mechanism,
      "sasl.username": sasl.username,
      "sasl.password": sasl.password,
    }),
  };
}

/** The same in kafkajs's words. */
export function kafkajsSecurity({ tls, sasl }: KafkaSecurity): Pick<KafkaConfig, "ssl" | "sasl"> {
  const read = (path: string): string => readFileSync(path, "utf8");
  const ssl = tls !== null && {
    ...(tls.caFile && { ca: [read(tls.caFile)] }),
    ...(tls.certificateFile && { cert: read(tls.certificateFile), key: read(tls.keyFile) }),
  };
  if (sasl === null) return { ssl };
  const mechanism = sasl.mechanism.toLowerCase();
  return { ssl, sasl: { mechanism, username: sasl.username, password: sasl.password } as SASLOptions };
}
