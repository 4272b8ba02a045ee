import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { test, type TestContext } from "node:test";
import { tariffFile } from "../../local/demo/tariff-file.ts";
import { defineKinds } from "../cluster/define-kinds.ts";
import { testNamespace } from "../cluster/test-cluster.ts";
import { runProgram } from "../jobs/running.ts";
import { Stage } from "../plugin/stage.ts";
import { testDatabase } from "../support/postgres.ts";
import { signIn, type Answer } from "./admin.ts";
import { startAdminProcess } from "./admin-process.ts";
import { plannedSpec } from "./run-scene.ts";

// `admin` itself is killed between two lines, and the same call is sent again to the next one.

const points = ["external-command.before-write", "external-command.after-write"];

interface Scene {
  readonly databaseUrl: string;
  readonly environment: Readonly<Record<string, string>>;
  /** How often the run's spec was changed since it was created, and what it says. */
  readonly written: (
    name: string,
  ) => Promise<{ readonly changes: number; readonly retryGeneration: unknown }>;
  readonly fail: (name: string) => Promise<void>;
}

const failed = {
  phase: "Failed",
  partitions: { total: 4, active: 0, succeeded: 3, failed: 1, failedIndexes: [1] },
};

async function cluster(t: TestContext): Promise<Scene> {
  const at = await testNamespace(t);
  await defineKinds(at.cluster);
  const { url } = await testDatabase(t);
  const stage = new Stage(at);
  return {
    databaseUrl: url,
    environment: {
      ADMIN_RUNS: "kubernetes",
      ADMIN_NAMESPACE: at.namespace,
      KUBECONFIG: at.cluster.kubeconfig,
    },
    written: async (name) => {
      const { metadata, spec } = await stage.read(name);
      return { changes: metadata.generation - 1, retryGeneration: spec["retryGeneration"] };
    },
    fail: (name) => stage.setStatus(name, failed),
  };
}

async function oneMachine(t: TestContext): Promise<Scene> {
  const { url, connect } = await testDatabase(t);
  const owner = await connect();
  const { code, stderr } = await runProgram(["tariff", "record", tariffFile], { DATABASE_URL: url });
  assert.equal(code, 0, stderr);
  const read = async (name: string): Promise<{ generation: number; spec: Record<string, unknown> }> => {
    const { rows } = await owner.query<{ spec: { generation: number; spec: Record<string, unknown> } }>(
      "select spec from bill_runs where name = $1",
      [name],
    );
    assert.ok(rows[0], "the run is there");
    return rows[0].spec;
  };
  return {
    databaseUrl: url,
    environment: { ADMIN_RUNS: "local" },
    written: async (name) => {
      const { generation, spec } = await read(name);
      return { changes: generation - 1, retryGeneration: spec["retryGeneration"] };
    },
    fail: async (name) => {
      const status = {
        observedGeneration: (await read(name)).generation,
        ...{ generation: 1, conditions: [], progress: "3/4", ...failed },
        members: { expected: 1000, billed: 480, held: 15, excluded: 5 },
        notifications: { scheduled: 0, queued: 0, sent: 0, failed: 0, dead: 0 },
      };
      await owner.query("update bill_runs set status = $2 where name = $1", [name, JSON.stringify(status)]);
    },
  };
}

/** Sends a call to an admin that is killed in the middle of it, then the same one, ten times at once, to one that is not. */
async function sendTwice(
  t: TestContext,
  { databaseUrl, environment }: Scene,
  point: string,
  call: { readonly path: string; readonly body: object },
): Promise<readonly Answer[]> {
  const key = randomUUID();
  const dying = await startAdminProcess(t, databaseUrl, { ...environment, FAULT_POINT: point });
  const before = await signIn(dying.url, "operator");
  await assert.rejects(before.send("POST", call.path, call.body, key), "the connection breaks");
  assert.equal(await dying.ended, "SIGKILL");
  const next = await startAdminProcess(t, databaseUrl, environment);
  const after = await signIn(next.url, "operator");
  return await Promise.all(Array.from({ length: 10 }, () => after.send("POST", call.path, call.body, key)));
}

for (const [where, sceneOf] of [
  ["in a cluster", cluster],
  ["on one machine", oneMachine],
] as const) {
  void test(`${where}, a start and a retry are done once, wherever admin dies in them`, async (t) => {
    const scene = await sceneOf(t);
    for (const [place, point] of points.entries()) {
      const name = `october-${place}`;
      const started = await sendTwice(t, scene, point, {
        path: "/api/v1/runs",
        body: { name, spec: plannedSpec },
      });
      for (const answer of started) assert.equal(answer.status, 200, answer.text);
      assert.deepEqual(await scene.written(name), { changes: 0, retryGeneration: 0 });

      await scene.fail(name);
      const retried = await sendTwice(t, scene, point, { path: `/api/v1/runs/${name}/retry`, body: {} });
      for (const answer of retried) {
        assert.equal(answer.status, 200, answer.text);
        assert.equal(
          answer.body.done,
          `${name}: partitions 1 will be tried again (retry 1); what is done stays`,
        );
      }
      assert.deepEqual(await scene.written(name), { changes: 1, retryGeneration: 1 });
    }
  });
}
