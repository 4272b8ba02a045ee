import { randomUUID } from "node:crypto";
import assert from "node:assert/strict";
import { test, type TestContext } from "node:test";
import { executeCommand, type Command } from "../../database/commands/execute-command.ts";
import { connect, type Client } from "../../platform/postgres.ts";
import { insertLiveGeneration } from "../support/bills.ts";
import { testDatabase } from "../support/postgres.ts";
import { answerOf, delivery, giveUp } from "./dead.ts";

const address = { period: "2026-10", generation: 1 };

interface Scene {
  readonly url: string;
  readonly owner: Client;
}

async function deadMessages(t: TestContext, count: number): Promise<Scene> {
  const { url, connect: open } = await testDatabase(t);
  const owner = await open();
  await insertLiveGeneration(owner, address, count);
  await giveUp(
    owner,
    address,
    Array.from({ length: count }, (_, index) => index + 1),
  );
  return { url, owner };
}

async function asAdmin(t: TestContext, url: string): Promise<Client> {
  const client = await connect({ url, role: "billing_admin", applicationName: "tests" });
  t.after(() => client.end());
  return client;
}

/** How often the messages were redriven, and what is kept of it. */
async function traces({ owner }: Scene): Promise<unknown> {
  const { rows } = await owner.query<Record<string, number>>(
    `select (select count(*) from notifications where state = 'SCHEDULED' and message_generation = 2) as redriven,
            (select count(*) from notifications where message_generation > 2) as twice,
            (select count(*) from dead_letters where redriven_at is not null) as letters,
            (select count(*) from commands) as commands, (select count(*) from command_messages) as traced,
            (select count(*) from audit_log) as audited`,
  );
  return rows[0];
}

const onceFor = (messages: number): Record<string, number> => ({
  ...{ redriven: messages, twice: 0, letters: messages },
  ...{ commands: 1, traced: messages, audited: 1 },
});

void test("a command given again is told what it did; with another body it is refused", async (t) => {
  const scene = await deadMessages(t, 3);
  const commandId = randomUUID();
  const first = await delivery(scene.url, ["redrive", "--all", "--command-id", commandId, "--as", "kim"]);
  assert.equal(first.code, 0, first.stderr);
  assert.deepEqual([answerOf(first)["moved"], answerOf(first)["status"]], [3, "executed"]);
  await giveUp(scene.owner, address, [2]);

  const again = await delivery(scene.url, ["redrive", "--all", "--command-id", commandId, "--as", "lee"]);
  assert.equal(again.code, 0, again.stderr);
  const { status, ...answer } = answerOf(again);
  assert.match(String(status), /^executed before, at 20/);
  assert.deepEqual({ ...answer, status: "executed" }, answerOf(first), "the stored answer, not a new one");

  const other = await delivery(scene.url, ["redrive", "1", "--command-id", commandId]);
  assert.equal(other.code, 43);
  assert.match(other.stderr, /was another one \(redrive\); nothing was done/);
  const { rows } = await scene.owner.query("select actor, action from audit_log");
  assert.deepEqual(rows, [{ actor: "kim", action: "delivery.redrive" }]);
});

void test("given ten times at once, it is executed once and answered ten times", async (t) => {
  const scene = await deadMessages(t, 1);
  const command: Command = { id: randomUUID(), kind: "test", body: { n: 1 }, actor: "kim", reason: "" };
  let effects = 0;
  const outcomes = await Promise.all(
    Array.from({ length: 10 }, async () => {
      const client = await asAdmin(t, scene.url);
      return await executeCommand(client, command, async () => {
        await client.query("select pg_sleep(0.2)");
        effects++;
        return { state: "done", answer: { effects } };
      });
    }),
  );
  assert.equal(effects, 1);
  assert.deepEqual(outcomes.map(({ kind }) => kind).sort(), [
    "executed",
    ...Array<string>(9).fill("repeated"),
  ]);
  for (const outcome of outcomes) {
    assert.ok(outcome.kind !== "id-taken");
    assert.deepEqual(outcome.effect, { state: "done", answer: { effects: 1 } });
  }
});

void test("when the first of two at once fails, the second one does it", async (t) => {
  const scene = await deadMessages(t, 1);
  const command: Command = { id: randomUUID(), kind: "test", body: {}, actor: "kim", reason: "" };
  const [first, second] = [await asAdmin(t, scene.url), await asAdmin(t, scene.url)];
  let begun: () => void = () => undefined;
  const isRunning = new Promise<void>((resolve) => (begun = resolve));
  const failing = executeCommand(first, command, async () => {
    begun();
    await first.query("select pg_sleep(0.3)");
    throw new Error("lost");
  });
  const refused = assert.rejects(failing, /lost/);
  await isRunning;
  const done = await executeCommand(second, command, () =>
    Promise.resolve({ state: "done", answer: { ok: 1 } }),
  );
  await refused;
  assert.equal(done.kind, "executed");
});

void test("a victim of a deadlock does it again, and once", async (t) => {
  const scene = await deadMessages(t, 2);
  const client = await asAdmin(t, scene.url);
  await scene.owner.query("begin");
  const lock = (which: "min" | "max"): string =>
    `select from notifications where bill_id = (select ${which}(bill_id) from notifications) for update`;
  await scene.owner.query(lock("max"));
  let tries = 0;
  // The shorter patience is the command's, so it is the one that is sacrificed.
  await scene.owner.query("set deadlock_timeout = '30s'");
  const command: Command = { id: randomUUID(), kind: "test", body: {}, actor: "kim", reason: "" };
  const done = executeCommand(client, command, async () => {
    tries++;
    await client.query(lock("min"));
    if (tries === 1) void scene.owner.query(lock("min")).then(() => scene.owner.query("commit"));
    await client.query(lock("max"));
    return { state: "done", answer: { tries } };
  });
  const outcome = await done.catch(async (error: unknown) => {
    await scene.owner.query("rollback");
    throw error;
  });
  assert.deepEqual(outcome, { kind: "executed", effect: { state: "done", answer: { tries: 2 } } });
  const { rows } = await scene.owner.query("select count(*) as kept from commands");
  assert.deepEqual(rows, [{ kept: 1 }]);
});

for (const [point, before] of [
  ["command.before-commit", { redriven: 0, twice: 0, letters: 0, commands: 0, traced: 0, audited: 0 }],
  ["command.after-commit", onceFor(5)],
] as const) {
  void test(`killed at ${point}: given again, it was done once`, async (t) => {
    const scene = await deadMessages(t, 5);
    const args = ["redrive", "--all", "--command-id", randomUUID()];
    const killed = await delivery(scene.url, args, { FAULT_POINT: point });
    assert.equal(killed.stdout, "", "killed before it could answer");
    assert.deepEqual(await traces(scene), before);
    const again = await delivery(scene.url, args);
    assert.equal(answerOf(again)["moved"], 5);
    assert.deepEqual(await traces(scene), onceFor(5));
  });
}
