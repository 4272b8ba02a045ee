import assert from "node:assert/strict";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { createBreakerBoard } from "../../consumers/pipeline/breaker-board.ts";
import type { BreakerStanding } from "../../consumers/pipeline/provider-gate.ts";
import { listBreakers } from "../../database/providers/list-breakers.ts";
import { tellBreakers } from "../../database/providers/tell-breakers.ts";
import { readOpenBreakers } from "../../database/live/open-breakers.ts";
import { createLogger } from "../../platform/logger.ts";
import { testDatabase } from "../support/postgres.ts";

const logger = createLogger("tests", "fatal");
const closed: BreakerStanding = { state: "closed", probeInMs: null };
const open: BreakerStanding = { state: "open", probeInMs: 20_000 };

/** A gate as the board sees it; `standing` may be changed. */
function gateOf(standing: Record<string, BreakerStanding>) {
  return { names: Object.keys(standing), breaker: (name: string) => standing[name] ?? closed };
}

void test("a change is told of at once, and since when it stands so; who leaves is forgotten", async (t) => {
  const database = await (await testDatabase(t)).connect();
  const standing = { alpha: closed, beta: closed };
  const who = { channel: "email", consumer: "pod-a/1" };
  const board = createBreakerBoard({ ...who, database, logger, gate: gateOf(standing) });
  const untilTold = async (state: string) => {
    for (;;) {
      board.tell();
      const told = await listBreakers(database);
      if (told.find(({ provider }) => provider === "alpha")?.state === state) return told;
      await sleep(20);
    }
  };
  const [, betaBefore] = await untilTold("closed");
  standing.alpha = open;
  const [alpha, beta] = await untilTold("open");
  assert.ok(alpha !== undefined && beta !== undefined && betaBefore !== undefined);
  assert.ok(alpha.since > beta.since, "alpha since now, beta since the start");
  assert.deepEqual(beta.since, betaBefore.since);
  assert.ok(alpha.probeAt !== null && alpha.probeAt > alpha.since && beta.probeAt === null);
  const suspected = [{ channel: "email", provider: "alpha", state: "open", consumers: 1 }];
  assert.deepEqual(await readOpenBreakers(database), suspected);
  await board.leave();
  assert.deepEqual(await listBreakers(database), []);
});

void test("consumers that said nothing for long are not shown, and forgotten when another tells", async (t) => {
  const database = await (await testDatabase(t)).connect();
  const told = [{ provider: "alpha", ...open }];
  const tell = (consumer: string) => tellBreakers(database, { channel: "sms", consumer }, told);
  await tell("dead");
  await database.query("update provider_breakers set told_at = told_at - interval '31 seconds'");
  assert.deepEqual([await listBreakers(database), await readOpenBreakers(database)], [[], []]);
  await database.query("update provider_breakers set told_at = told_at - interval '10 minutes'");
  await tell("alive");
  const { rows } = await database.query("select consumer from provider_breakers");
  assert.deepEqual(rows, [{ consumer: "alive" }]);
});

void test("a database that is away keeps nobody from sending or ending", async (t) => {
  const database = await (await testDatabase(t)).connect();
  await database.end();
  const who = { channel: "email", consumer: "pod-a/1" };
  const board = createBreakerBoard({ ...who, database, logger, gate: gateOf({ alpha: closed }) });
  board.tell();
  await board.leave();
});
