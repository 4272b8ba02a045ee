import { z } from "zod";
import { ExitCode } from "./exit-codes.ts";

/** Thrown by `parseConfig`; `problems` has one line per bad variable. */
export class ConfigError extends Error {
  readonly problems: readonly string[];
  constructor(problems: readonly string[]) {
    super(`configuration is wrong:\n  ${problems.join("\n  ")}`);
    this.name = "ConfigError";
    this.problems = problems;
  }
}

/** Parses a process's configuration from environment variables; throws a ConfigError that lists every bad one. */
export function parseConfig<Schema extends z.ZodType>(
  schema: Schema,
  environment: NodeJS.ProcessEnv,
): z.output<Schema> {
  const result = schema.safeParse(environment);
  if (result.success) return result.data;
  throw new ConfigError(
    result.error.issues.map((issue) => {
      const name = issue.path.join(".");
      return `${name}: ${environment[name] === undefined ? "is not set" : issue.message}`;
    }),
  );
}

/** The configuration of this process, from `process.env`; prints all problems and exits 78 when it is wrong. */
export function loadConfig<Schema extends z.ZodType>(schema: Schema): z.output<Schema> {
  return orExit(() => parseConfig(schema, process.env));
}

/** What `parse` returns; a ConfigError is printed and ends the process with 78. */
export function orExit<Result>(parse: () => Result): Result {
  try {
    return parse();
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    process.stderr.write(`${error.message}\n`);
    process.exit(ExitCode.badConfig);
  }
}

/** Variables of every process that talks to PostgreSQL. */
export const databaseVariables = {
  DATABASE_URL: z.url({
    protocol: /^postgres(ql)?$/,
    error: "must be postgresql://user:password@host:port/database",
  }),
  /** Role to work under after login, e.g. `billing_settlement`; empty = the login's own. */
  DATABASE_ROLE: z
    .string()
    .regex(/^[a-z_]*$/, "must be a role name")
    .default(""),
};

/** Variables of every process that talks to Kafka. */
export const kafkaVariables = {
  KAFKA_BOOTSTRAP: z.string().min(1, "must be host:port[,host:port]"),
  /** Encrypts the connections. */
  KAFKA_TLS: z.enum(["true", "false"]).default("false"),
  /** PEM file of the brokers' authority; empty = the system's own. */
  KAFKA_CA_FILE: z.string().default(""),
  /** PEM files that are shown to brokers that ask for a certificate. */
  KAFKA_CERTIFICATE_FILE: z.string().default(""),
  KAFKA_KEY_FILE: z.string().default(""),
  KAFKA_SASL_MECHANISM: z.enum(["", "PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512"]).default(""),
  KAFKA_SASL_USERNAME: z.string().default(""),
  KAFKA_SASL_PASSWORD: z.string().default(""),
};

/** Keys of the personal data: `id:base64` pairs, comma-separated, the first encrypts, all decrypt. */
export const encryptionVariables = {
  ENCRYPTION_KEYS: z
    .string()
    .regex(
      /^\w+:[A-Za-z0-9+/]{43}=(,\w+:[A-Za-z0-9+/]{43}=)*$/,
      "must be id:base64-of-32-bytes[,id:base64…]",
    ),
  BLIND_INDEX_KEY: z.string().regex(/^[A-Za-z0-9+/]{43}=$/, "must be base64 of 32 bytes"),
};

export const logVariables = {
  LOG_LEVEL: z.enum(["debug", "info", "warn", "error", "silent"]).default("info"),
};

export const healthVariables = {
  /** Port of /healthz, /readyz and /metrics; 0 = none. */
  HEALTH_PORT: z.coerce.number().int().min(0).max(65_535).default(0),
};
