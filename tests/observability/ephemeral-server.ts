import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestContext } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { freePort } from "../../local/free-port.ts";
import { type ObservabilityProgram, programPath } from "./programs.ts";

const startTimeoutMs = 30_000;

/** A server of Prometheus or Alertmanager on 127.0.0.1. */
export interface EphemeralServer {
  readonly url: string;
  readonly log: () => string;
}

/**
 * Starts the program with what `argumentsFor` makes of its empty folder and its port, and waits until it is ready. It ends, and its folder goes,
 * with the test.
 */
export async function startServer(
  t: TestContext,
  program: ObservabilityProgram,
  argumentsFor: (folder: string, port: number) => readonly string[],
): Promise<EphemeralServer> {
  const folder = mkdtempSync(join(tmpdir(), `${program}-`));
  const port = await freePort();
  const child = spawn(programPath(program), [...argumentsFor(folder, port)], {
    stdio: ["ignore", "pipe", "pipe"],
  });
  let log = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.on("data", (text: Buffer) => (log += text.toString()));
  }
  const ended = new Promise((resolve) => child.once("exit", resolve));
  t.after(async () => {
    child.kill("SIGKILL");
    await ended;
    rmSync(folder, { recursive: true, force: true });
  });
  const url = `http://127.0.0.1:${port}`;
  const deadline = performance.now() + startTimeoutMs;
  for (;;) {
    const answer = await fetch(`${url}/-/ready`).catch(() => null);
    if (answer?.ok) return { url, log: () => log };
    if (child.exitCode !== null || performance.now() > deadline) throw new Error(`${program}: ${log}`);
    await sleep(100);
  }
}
