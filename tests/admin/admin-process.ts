import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import type { TestContext } from "node:test";
import { mainProgram } from "../../local/run/local-runner.ts";
import { testUsers } from "./admin.ts";

/** `admin` as a process of its own. */
export interface AdminProcess {
  readonly url: string;
  /** The signal that ended it; null when it ended by itself. */
  readonly ended: Promise<string | null>;
}

/** Starts `node main.ts admin` on a free port, and waits until it answers; killed when the test ends, if it still runs. */
export async function startAdminProcess(
  t: TestContext,
  databaseUrl: string,
  environment: Readonly<Record<string, string>>,
): Promise<AdminProcess> {
  const child = spawn(process.execPath, [mainProgram, "admin"], {
    env: {
      ...process.env,
      ...{ DATABASE_URL: databaseUrl, ADMIN_PORT: "0", ADMIN_HOST: "127.0.0.1", ADMIN_USERS: testUsers() },
      ...{ ADMIN_SECURE_COOKIES: "false", LOG_LEVEL: "error", ...environment },
    },
    stdio: ["ignore", "pipe", "inherit"],
  });
  const ended = once(child, "exit").then(([, signal]) => signal as string | null);
  t.after(() => child.kill("SIGKILL"));
  for await (const line of createInterface({ input: child.stdout })) {
    if (!line.startsWith('{"port":')) continue;
    const { port } = JSON.parse(line) as { readonly port: number };
    return { url: `http://127.0.0.1:${port}`, ended };
  }
  throw new Error("admin ended before it answered");
}
