import assert from "node:assert/strict";
import { after, describe, test, type TestContext } from "node:test";
import { freePort } from "../../local/free-port.ts";
import { type ControlPlane, startControlPlane } from "../cluster/control-plane.ts";
import { startFaultProxy } from "../runtime/fault-proxy.ts";
import { answerBadly } from "./bad-answers.ts";
import { createWorld, type World } from "./world.ts";

// The operator's process and an API server that is not at its best.

const election = { LEADER_ELECTION: "true", LEASE_DURATION_MS: "3000" };
const delivered = { dispatch: { release: "Automatic", notificationPolicyRef: "default" } } as const;

let undisturbed: Promise<string | null> | undefined;
let ownPlane: ControlPlane | undefined;

// At the top of the file: after the worlds on it.
after(() => ownPlane?.stop());

/** Of the same population, with a sound API server. */
function undisturbedDigest(t: TestContext): Promise<string | null> {
  undisturbed ??= (async () => {
    const world = await createWorld(t);
    world.startOperator();
    await world.apply("october");
    return (await world.untilFinished("october")).digest;
  })();
  return undisturbed;
}

async function everyBatchOnce(world: World): Promise<void> {
  const batches = Object.entries(await world.batches());
  assert.ok(batches.length >= 6, JSON.stringify(batches));
  assert.deepEqual(
    batches.filter(([, count]) => count !== 1),
    [],
  );
  assert.equal(new Set(world.pods.started).size, world.pods.started.length, "no pod twice");
}

// Waiting is most of what these do: side by side they take the time of the longest.
void describe("a bad API server", { concurrency: 4 }, () => {
  const first = Number(process.env["SEED"] ?? Math.floor(Math.random() * 1e9));
  for (const seed of [first, first + 1]) {
    test(`through 409, 410, 429, 5xx, cut and lost answers a run comes to the same digest, each Job once (SEED=${seed})`, async (t) => {
      const world = await createWorld(t);
      const proxy = await startFaultProxy(world.cluster.kubeconfig);
      t.after(() => proxy.close());
      const met = answerBadly(proxy, seed);
      world.startOperator({ ...election, KUBECONFIG: proxy.kubeconfig });
      await world.apply("october", { mode: "Plan", ...delivered });
      const held = await world.until("october", "was to wait", ({ phase }) => phase === "AwaitingApproval");
      await world.change("october", { approvedDigest: held.digest });
      await world.until("october", "was to deliver", ({ phase }) => phase === "Delivering");
      await world.carrier.rows("update notifications set state = 'SENT'");
      const { phase, digest } = await world.untilFinished("october");
      t.diagnostic([...met].map(([name, count]) => `${name}: ${count}`).join(", "));
      assert.deepEqual([phase, digest], ["Completed", await undisturbedDigest(t)]);
      await everyBatchOnce(world);
      assert.ok(met.size >= 6, `only ${[...met.keys()].join(", ")} were met`);
    });
  }

  test("a run that is held, and one that has ended, say so though the server refused that status as overtaken", async (t) => {
    const world = await createWorld(t);
    const proxy = await startFaultProxy(world.cluster.kubeconfig);
    t.after(() => proxy.close());
    // The API server says so itself where many write one object: "please apply your changes to the latest version".
    const left: Record<string, number> = { verify: 6, promote: 6 };
    proxy.onRequest = ({ path, method }) => {
      const step = /-(verify|promote)-r0/.exec(world.pods.started.at(-1) ?? "")?.[1] ?? "";
      const toRefuse = left[step] ?? 0;
      if (method !== "PATCH" || !path.includes("/status") || toRefuse === 0) return null;
      left[step] = toRefuse - 1;
      return { kind: "refuse", status: 409, reason: "Conflict" };
    };
    world.startOperator({ KUBECONFIG: proxy.kubeconfig });
    await world.apply("october", { mode: "Plan" });
    const held = await world.until("october", "was to wait", ({ phase }) => phase === "AwaitingApproval");
    await world.change("october", { approvedDigest: held.digest });
    assert.equal((await world.untilFinished("october")).phase, "Completed");
    assert.deepEqual(left, { verify: 0, promote: 0 });
  });

  test("kill -9 of the API server while a run settles: unready until it is back, then the run goes on to the same digest", async (t) => {
    ownPlane = await startControlPlane();
    const world = await createWorld(t, { cluster: ownPlane });
    const port = await freePort();
    const answer = async (path: string): Promise<number> =>
      (await fetch(`http://127.0.0.1:${port}${path}`)).status;
    const untilReadyzIs = (status: number): Promise<boolean> =>
      world.eventually(
        async () => (await answer("/readyz").catch(() => 0)) === status,
        () => `/readyz was to answer ${status}`,
      );
    world.pods.close("settle");
    const operator = world.startOperator({ ...election, HEALTH_PORT: String(port) });
    await world.apply("october");
    await world.until("october", "was to settle", ({ partitions }) => partitions.active > 0);
    await untilReadyzIs(200);

    await ownPlane.kill9("kube-apiserver");
    await untilReadyzIs(503);
    assert.equal(await answer("/healthz"), 200, "restarting it would not help");
    await ownPlane.restart("kube-apiserver");
    await untilReadyzIs(200);
    world.pods.open();
    const { phase, digest } = await world.untilFinished("october");
    assert.deepEqual([phase, digest], ["Completed", await undisturbedDigest(t)]);
    await everyBatchOnce(world);
    assert.equal(operator.exitCode, null, "it is the same process");
    assert.match(world.logs, /leading no more/);
  });
});
