import type { Command } from "commander";
import { ConfigError, loadConfig } from "../../platform/config.ts";
import { PermanentError } from "../../platform/errors.ts";
import { ExitCode } from "../../platform/exit-codes.ts";
import { serveHealth } from "../../platform/health.ts";
import { createLogger, type Logger } from "../../platform/logger.ts";
import { shutdownSignal } from "../../platform/shutdown.ts";
import { openTracing, type Tracing } from "../../platform/tracing/tracing.ts";
import { operatorVariables, type OperatorConfig } from "./config.ts";
import { createOperator, type Operator } from "./operator.ts";

/** `operator`: reconciles BillingRuns until it is told to stop. */
export function define(command: Command): void {
  command.action(start);
}

async function start(): Promise<void> {
  const config = loadConfig(operatorVariables);
  const logger = createLogger("operator", config.LOG_LEVEL);
  const stopping = shutdownSignal();
  const tracing = await openTracing("operator");
  const operator = setUp(config, logger, tracing);
  const closeHealth = serveHealth({
    port: config.HEALTH_PORT,
    registry: operator.registry,
    isReady: operator.isReady,
  });
  logger.info("watching");
  await operator.run(stopping);
  closeHealth();
  await tracing.close();
  logger.info("stopped");
  // Kept connections to the API server would keep the process.
  process.exit(ExitCode.done);
}

function setUp(config: OperatorConfig, logger: Logger, tracing: Tracing): Operator {
  try {
    return createOperator(config, logger, tracing);
  } catch (error) {
    // The latter: there is no API server to be found.
    if (!(error instanceof ConfigError || error instanceof PermanentError)) throw error;
    process.stderr.write(`${error.message}\n`);
    process.exit(ExitCode.badConfig);
  }
}
