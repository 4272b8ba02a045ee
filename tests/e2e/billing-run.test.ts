import { randomUUID } from "node:crypto";
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { readClockOffsetMs } from "../../database/billing-clock/billing-clock.ts";
import { driveClock } from "../../local/demo/clock-driver.ts";
import type { ClockStep } from "../../local/invariants/log-check.ts";
import { setClockToTheFirst } from "../../local/demo/first-of-the-month.ts";
import { checkInvariants } from "../../local/invariants/check-invariants.ts";
import { DEFAULT_POLICY } from "../../notification/policy.ts";
import { connect } from "../../platform/postgres.ts";
import { installKeda } from "../cluster/keda.ts";
import { kubectlOk } from "../cluster/kubectl.ts";
import { type RealCluster, startCluster } from "../cluster/real-cluster.ts";
import { openAdmin } from "./admin-door.ts";
import { deskPerson, install, type Installation, until } from "./installation.ts";
import { buildProjectImage } from "./project-image.ts";
import { type OutsideServers, startOutsideServers } from "./servers.ts";

// One installation, from `helm install` to `helm uninstall`: each test goes on where the one before it ended.

const members = 50_000;
const partitions = 16;
const period = "2026-10";
const run = "october";
const address = { period, generation: 1 };

let cluster: RealCluster;
let servers: OutsideServers;
let billing: Installation;
let releasedAtMs: number;

before(async () => {
  const image = await buildProjectImage();
  cluster = await startCluster({ images: [image.tar] });
  servers = await startOutsideServers(1_000);
  await Promise.all([
    installKeda(cluster),
    servers.program(["generate", "--members", String(members), "--period", period, "--seed", "7"]),
  ]);
  releasedAtMs = await setClockToTheFirst(servers.database, period);
  await servers.provider.setClockOffset(await readClockOffsetMs(servers.database));
  billing = await install(cluster, image, servers);
});

after(async () => {
  await cluster.stop();
  await servers.stop();
});

const status = async (path: string): Promise<string> =>
  await billing.kubectl(["get", "billingrun", run, `-o=jsonpath={.status.${path}}`]);

async function untilStatus(
  path: string,
  holds: (value: string) => boolean,
  timeoutMs?: number,
): Promise<void> {
  const look = async (): Promise<{ done: boolean; seen: string }> => {
    const seen = await status(path);
    return { done: holds(seen), seen };
  };
  await until(`${path} of the run`, cluster, look, timeoutMs);
}

test("the chart's own test passes, and an operator is elected", async () => {
  assert.match(await billing.check(), /Phase:\s+Succeeded/);
  assert.match(await leader(), /billing-operator-operator-/);
});

/** The operator's pod that works: the name on the Lease, before the process's own. */
async function leader(): Promise<string> {
  const lease = ["get", "lease/billing-operator", "-o=jsonpath={.spec.holderIdentity}"];
  return (await billing.kubectl(lease)).split("_")[0] ?? "";
}

/** Scrapes pods that settle until one tells of the accounts that it has in hand; each lives for a second or two, so nothing is waited for in between. */
async function scrapeOfAWorker(): Promise<string> {
  const deadline = performance.now() + 120_000;
  let seen = "nothing";
  while (performance.now() < deadline) {
    for (const address of await billing.settlingAddresses()) {
      seen = await scrape(address).catch((error: unknown) => String(error));
      if (/^billing_settle_expected_accounts [1-9]/m.test(seen)) return seen;
    }
  }
  throw new Error(`no pod that settles told of accounts; the last said: ${seen}`);
}

async function scrape(address: string): Promise<string> {
  const answer = await fetch(`http://${address}:8080/metrics`, { signal: AbortSignal.timeout(1_000) });
  return await answer.text();
}

test("a BillingRun is settled by pods, which are scraped meanwhile, though the leader's and a worker's pod are killed", async () => {
  await billing.kubectl(["apply", "-f", "-"], {
    apiVersion: "billing.telco.dev/v1alpha1",
    kind: "BillingRun",
    metadata: { name: run },
    spec: {
      period,
      tariffRef: { name: "kr-mobile", version: "2026-07" },
      partitions,
      parallelism: 2,
      mode: "Plan",
      dispatch: { release: "Manual" },
    },
  });
  let worker = "";
  await until("a pod that settles", cluster, async () => {
    [worker = ""] = await billing.pods("job");
    return { done: worker !== "", seen: await status("phase") };
  });
  await billing.killPod(worker);
  assert.match(await scrapeOfAWorker(), /^billing_settle_accounts_total\{result="billed"\} \d+$/m);
  const killed = await leader();
  assert.ok((await billing.pods("operator")).includes(killed), `${killed} leads`);
  await billing.killPod(killed);
  await untilStatus("phase", (phase) => phase === "AwaitingApproval");
  assert.notEqual(await leader(), killed, "the other took over");
  assert.equal(await status("partitions.succeeded"), String(partitions));
  const { rows } = await servers.database.query<{ bills: number }>(
    "select sum(billed)::bigint as bills from generation_partitions where generation = 1",
  );
  assert.equal(await status("members.billed"), String(rows[0]?.bills));
});

test("through the Service: the dashboard lets in who knows the password, and another than the last maker approves", async () => {
  const door = await openAdmin(cluster, billing);
  try {
    const page = await fetch(door.url);
    assert.equal(page.status, 200);
    assert.match(await page.text(), /<title>billing-operator<\/title>/);
    const signIn = (password: string): Promise<Response> =>
      fetch(`${door.url}/session`, {
        ...{ method: "POST", headers: { "content-type": "application/json" } },
        body: JSON.stringify({ name: deskPerson.name, password }),
      });
    assert.equal((await signIn("something else")).status, 401);
    assert.equal((await fetch(`${door.url}/api/v1/runs/${run}`)).status, 401);
    const { status: signedIn, headers } = await signIn(deskPerson.password);
    const cookie = headers.getSetCookie().map((line) => line.split(";")[0]);
    assert.deepEqual([signedIn, cookie.length], [200, 2]);
    const seen = await fetch(`${door.url}/api/v1/runs/${run}`, { headers: { cookie: cookie.join("; ") } });
    assert.equal(seen.status, 200);

    const maker = await door.as("carrier-maker", "viewer", "operator", "approver");
    const checker = await door.as("carrier-checker", "approver");
    for (const order of ["suspend", "resume"]) {
      const { status: ordered, body } = await maker.post(`/runs/${run}/${order}`, {
        reason: "end-to-end test",
      });
      assert.equal(ordered, 200, JSON.stringify(body));
      await untilStatus(
        "phase",
        (phase) => phase === (order === "suspend" ? "Suspended" : "AwaitingApproval"),
      );
    }
    const approval = { digest: await status("digest"), reason: "end-to-end test" };
    const own = await maker.post(`/runs/${run}/approve`, approval);
    assert.deepEqual([own.status, (own.body as { code?: string }).code], [409, "maker-is-checker"]);
    const approved = await checker.post(`/runs/${run}/approve`, approval);
    assert.equal(approved.status, 200, JSON.stringify(approved.body));
    await untilStatus("phase", (phase) => phase === "AwaitingRelease");
  } finally {
    door.close();
  }
});

/** A program of the carrier's releases the run, is not sure that its call arrived, and calls again. */
async function releaseThroughTheApi(): Promise<void> {
  const door = await openAdmin(cluster, billing);
  try {
    const admin = await door.as("carrier-crm", "operator");
    const seen = await admin.get(`/runs/${run}`);
    assert.equal(seen.status, 200, JSON.stringify(seen.body));
    const key = randomUUID();
    const order = { reason: "end-to-end test" };
    const answers = [
      await admin.post(`/runs/${run}/release`, order, key),
      await admin.post(`/runs/${run}/release`, order, key),
    ];
    const told = answers.map(({ status, replayed }) => [status, replayed]);
    assert.deepEqual(
      told,
      [
        [200, false],
        [200, true],
      ],
      JSON.stringify(answers),
    );
  } finally {
    door.close();
  }
}

const clockSteps: ClockStep[] = [];

test("released, the messages are delivered; consumers are scaled by lag, one is killed, the chart is upgraded", async () => {
  const stopping = new AbortController();
  const client = await connect({ url: servers.postgres.url, applicationName: "e2e-clock" });
  const driving = driveClock({
    ...{ client, address, provider: servers.provider, stopping: stopping.signal },
    // Longer than the demo's: pods start and end on the two cores that send.
    arrivalMs: 1_000,
  });
  driving.catch(() => undefined); // awaited below, perhaps after another failure
  try {
    await releaseThroughTheApi();
    await until("several e-mail consumers", cluster, async () => {
      const pods = await billing.pods("email");
      return { done: pods.length >= 3, seen: pods.join(" ") };
    });
    const [consumer] = await billing.pods("email");
    await billing.killPod(consumer ?? "");
    await billing.upgrade({ logLevel: "debug" });
    await untilStatus("phase", (phase) => phase === "Completed", 900_000);
    clockSteps.push(...(await driving).jumps);
  } finally {
    stopping.abort();
    await driving.catch(() => undefined);
    await client.end();
  }
  await until("one e-mail consumer again", cluster, async () => {
    const pods = await billing.pods("email");
    return { done: pods.length === 1, seen: pods.join(" ") };
  });
  await billing.kubectl(["wait", "--for=condition=Finished", `billingrun/${run}`, "--timeout=10s"]);
});

test("every invariant holds over the tables and the provider's log", async () => {
  const { providerLog } = servers;
  const witnesses = { providerLog, releasedAtMs, policy: DEFAULT_POLICY, clockSteps };
  const invariants = await checkInvariants(servers.database, address, witnesses);
  assert.ok(invariants.length >= 18);
  assert.deepEqual(
    invariants.filter(({ holds }) => !holds),
    [],
  );
});

test("uninstalled, the definitions, the run and the bills are still there", async () => {
  await billing.uninstall();
  assert.match(await kubectlOk(cluster, ["get", "crd", "-o=name"]), /billingruns\.billing\.telco\.dev/);
  assert.equal(await status("phase"), "Completed");
  const { rows } = await servers.database.query<{ bills: number }>("select count(*) as bills from bills");
  assert.equal(await status("members.billed"), String(rows[0]?.bills));
});
