import { createServer } from "node:net";
import { join } from "node:path";
import { createPool } from "../../platform/postgres.ts";
import { PermanentError } from "../../platform/errors.ts";
import { environmentOf, type ProgramContext } from "../demo/stage-context.ts";
import type { SupervisedProcesses } from "../demo/supervised-processes.ts";
import { freePort } from "../free-port.ts";
import { driveRuns } from "./drive-runs.ts";
import { adminUsers, localPeople, signInText } from "./local-people.ts";

/** What admin is served with, once servers and delivery run. */
export interface ServeContext extends ProgramContext {
  readonly processes: SupervisedProcesses;
  readonly port: number;
  readonly say: (text: string) => void;
}

const host = "127.0.0.1";

/** Throws PermanentError when the port that the dashboard is to have is taken. */
export async function requirePort(port: number): Promise<void> {
  const server = createServer();
  await new Promise<void>((resolve, reject) => {
    server.once("error", () => {
      reject(
        new PermanentError(
          "port-taken",
          `port ${port} of ${host} is taken; choose another: PORT=${port + 1}`,
        ),
      );
    });
    server.listen(port, host, () => server.close(() => resolve()));
  });
}

/**
 * Serves API and dashboard and drives whatever run there is, until told to stop; rejects when a process ends too often. Says
 * where it is and how to sign in.
 */
export async function serveAdmin(context: ServeContext): Promise<void> {
  const { processes, folder, port, say, servers, stopping } = context;
  const people = localPeople(join(folder.processes, "people.json"));
  const healthPort = await freePort();
  await processes.start({
    name: "admin",
    args: ["admin"],
    environment: {
      ...environmentOf(context, "billing_admin"),
      ...{ ADMIN_HOST: host, ADMIN_PORT: String(port), ADMIN_SECURE_COOKIES: "false", ADMIN_RUNS: "local" },
      ...{ ADMIN_USERS: adminUsers(people), KAFKA_BOOTSTRAP: servers.kafka.bootstrap },
      HEALTH_PORT: String(healthPort),
    },
    readyUrl: `http://${host}:${healthPort}/readyz`,
    restartable: true,
  });
  say(`\n${signInText(`http://${host}:${port}`, people)}\nCtrl-C stops everything.`);
  const broken = new AbortController();
  const watching = processes.watch().catch((error: unknown) => {
    broken.abort(error);
    throw error;
  });
  // Until the processes are stopped it goes on; that it failed is told below.
  watching.catch(() => undefined);
  await drive(context, AbortSignal.any([stopping, broken.signal]));
  if (broken.signal.aborted) throw broken.signal.reason as Error;
}

async function drive(context: ServeContext, stopping: AbortSignal): Promise<void> {
  const role = "billing_settlement";
  const pool = createPool(
    { url: context.servers.postgres.url, role, applicationName: "run-driver" },
    { size: 4, onIdleError: () => undefined },
  );
  try {
    await driveRuns({
      ...{ pool, stopping, logFolder: context.folder.logs },
      environment: environmentOf(context, role),
      onError: (error) => {
        context.say(`a run stumbled and is tried again: ${error.message}`);
      },
    });
  } finally {
    await pool.end();
  }
}
