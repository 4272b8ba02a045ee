import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { text } from "node:stream/consumers";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { testKeys } from "../support/bills.ts";
import { accountHeader, contents, importing, subscriptionHeader, usageHeader } from "./importing.ts";

const main = fileURLToPath(new URL("../../main.ts", import.meta.url));

function start(url: string, ...args: string[]): ChildProcess & { stdout: NodeJS.ReadableStream } {
  const env = { ...process.env, ...testKeys, DATABASE_URL: url, DATABASE_ROLE: "billing_import" };
  return spawn(process.execPath, [main, "import", ...args], { env, stdio: ["ignore", "pipe", "inherit"] });
}

async function run(
  url: string,
  ...args: string[]
): Promise<{ exitCode: number; summary: Record<string, unknown> | null }> {
  const child = start(url, ...args);
  const [output, closed] = await Promise.all([text(child.stdout), once(child, "close")]);
  const last = output.trimEnd().split("\n").at(-1) ?? "";
  return {
    exitCode: closed[0] as number,
    summary: last.startsWith("{") ? (JSON.parse(last) as Record<string, unknown>) : null,
  };
}

test("the exit code says whether all, some or no rows are there, under the import role", async (t) => {
  const { url, file } = await importing(t);
  const good = file("accounts.csv", `${accountHeader}\n1001,1,Kim,,,,,,,,,KRW,2020-01-01,,,\n`);
  const some = file(
    "some.csv",
    `${accountHeader}\n1002,2,Lee,,,,,,,,,KRW,2020-01-01,,,\n1003,3,Bad,,,,,,,,,KRW,,,,\n`,
  );
  const unusable = file("unusable.csv", "a,b\n1,2\n");
  assert.equal((await run(url, "accounts", good)).exitCode, 0);
  const { exitCode, summary } = await run(url, "accounts", some);
  assert.deepEqual([exitCode, summary?.["inserted"], summary?.["rejected"]], [2, 1, 1]);
  assert.equal((await run(url, "accounts", unusable)).exitCode, 78);
  assert.equal((await run(url, "accounts", "/nowhere/at-all.csv")).exitCode, 78);
});

test("kill -9 in the middle leaves nothing, and the next attempt loads all", async (t) => {
  const { url, client, file, accounts, subscriptions } = await importing(t);
  await accounts(`${accountHeader}\n1001,1,Kim,,,,,,,,,KRW,2020-01-01,,,`);
  await subscriptions(`${subscriptionHeader}\n5001,1001,kr-5g-30,2020-03-01,,,,,`);
  const before = await contents(client);
  const rows = Array.from({ length: 200_000 }, (_, index) => `r${index},5001,voice,2026-10-05T10:00:00,1`);
  const path = file("usage.csv", `${usageHeader}\n${rows.join("\n")}\n`);

  const child = start(url, "usage", path);
  const closed = once(child, "close");
  await untilInserting(client);
  child.kill("SIGKILL");
  await closed;
  await untilGone(client);
  assert.equal(await contents(client), before);

  const { exitCode, summary } = await run(url, "usage", path);
  assert.deepEqual([exitCode, summary?.["inserted"]], [0, 200_000]);
});

type Client = Awaited<ReturnType<typeof importing>>["client"];

/** Until the import writes into the real table: the latest moment at which something could be half-loaded. */
async function untilInserting(client: Client): Promise<void> {
  for (;;) {
    const { rows } = await client.query(
      "select from pg_stat_activity where application_name = 'import' and state = 'active' and query like 'insert into usage_records%'",
    );
    if (rows.length > 0) return;
    await sleep(5);
  }
}

async function untilGone(client: Client): Promise<void> {
  for (;;) {
    const { rows } = await client.query("select from pg_stat_activity where application_name = 'import'");
    if (rows.length === 0) return;
    await sleep(20);
  }
}
