import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test, type TestContext } from "node:test";
import { fileURLToPath } from "node:url";
import { openAcceptLog, type LogLine } from "./accept-log.ts";

const program = fileURLToPath(new URL("../../main.ts", import.meta.url));

const lineOf = (key: string): LogLine => ({
  ...{ kind: "accept", key, channel: "email", recipient: "", messageId: `sim-${key}` },
  ...{ receivedAt: "2026-11-02T03:00:00.000Z", billingAt: "2026-11-02T03:00:00.000Z" },
});

void test("lines that wait for the disk share flushes, and a log that is opened again remembers them", async (t) => {
  const folder = mkdtempSync(join(tmpdir(), "accept-log-"));
  t.after(() => {
    rmSync(folder, { recursive: true });
  });
  const path = join(folder, "accepts.ndjson");
  const log = openAcceptLog(path, true);
  const flushes = ["1", "2", "3"].map((key) => {
    log.write(lineOf(key));
    return log.durable();
  });
  assert.equal(new Set(flushes).size, 1, "of one turn of the event loop there is one flush");
  await Promise.all(flushes);
  log.write(lineOf("4"));
  assert.notEqual(log.durable(), flushes[0], "a line written afterwards needs another");
  log.close();
  assert.equal(readFileSync(path, "utf8").split("\n").length, 5);
  assert.equal(openAcceptLog(path).accepted.get("4"), "sim-4");
});

/** /dev/null takes every line and refuses every flush (EINVAL): a disk that fails. */
async function answerOf(t: TestContext, options: readonly string[]): Promise<number | string> {
  const args = ["provider-simulator", "--log", "/dev/null", "--delay-ms", "50", "--failure-rate", "0"];
  const child = spawn(process.execPath, [program, ...args, ...options], {
    stdio: ["ignore", "pipe", "ignore"],
  });
  t.after(() => child.kill("SIGKILL"));
  const [line] = (await once(child.stdout, "data")) as [Buffer];
  const { port } = JSON.parse(line.toString()) as { port: number };
  return fetch(`http://127.0.0.1:${port}/v1/email`, {
    method: "POST",
    headers: { "idempotency-key": "202610.g1:email:m1" },
    body: JSON.stringify({ to: "m1@example.com" }),
  }).then(
    ({ status }) => status,
    () => "no answer",
  );
}

void test("with --fsync nothing is answered that the disk has not taken; without, the operating system is enough", async (t) => {
  assert.equal(await answerOf(t, []), 200);
  assert.equal(await answerOf(t, ["--fsync"]), "no answer");
});
