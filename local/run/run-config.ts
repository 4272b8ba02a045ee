import { z } from "zod";
import { databaseVariables, loadConfig, logVariables } from "../../platform/config.ts";

/** Variables of `local run` and its sisters. The role is the settlement's unless another is set. */
const runVariables = z.object({
  ...databaseVariables,
  DATABASE_ROLE: databaseVariables.DATABASE_ROLE.default("billing_settlement"),
  ...logVariables,
});

/** What `local run` passes on to the jobs it starts. */
export interface RunConfig {
  readonly databaseUrl: string;
  readonly databaseRole: string;
  readonly jobEnvironment: NodeJS.ProcessEnv;
}

/** The configuration of this process; exits 78 with every bad variable. */
export function loadRunConfig(): RunConfig {
  const { DATABASE_URL, DATABASE_ROLE, LOG_LEVEL } = loadConfig(runVariables);
  return {
    databaseUrl: DATABASE_URL,
    databaseRole: DATABASE_ROLE,
    jobEnvironment: { ...process.env, DATABASE_URL, DATABASE_ROLE, LOG_LEVEL },
  };
}
