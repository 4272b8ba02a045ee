import assert from "node:assert/strict";
import { test, type TestContext } from "node:test";
import { fileURLToPath } from "node:url";
import { startFakeKubelet } from "../cluster/fake-kubelet.ts";
import { helm, kubectlOk } from "../cluster/kubectl.ts";
import { cloneOf, expectDone, populatedOriginal, type Carrier } from "../settlement/support.ts";
import { serveLogs } from "./kubelet-logs.ts";
import { stage, type Stage } from "./stage.ts";

const chart = fileURLToPath(new URL("../../charts/billing-operator", import.meta.url));

/** The chart's own ConfigMap, so that plugin and chart cannot drift apart; and what its pods need. */
async function installTemplate(at: Stage, databaseUrl: string): Promise<void> {
  const values = ["-f", `${chart}/values-dev.yaml`, "--set", "database.existingSecret=database"];
  const only = ["--show-only", "templates/job-template.yaml"];
  const rendered = await helm(at.at.cluster, ["template", "billing", chart, ...values, ...only]);
  await kubectlOk(at.at.cluster, ["apply", "-n", at.at.namespace, "-f", "-"], { input: rendered });
  await at.kubectl(["create", "secret", "generic", "database", `--from-literal=DATABASE_URL=${databaseUrl}`]);
  await at.kubectl(["create", "serviceaccount", "billing-billing-operator-jobs"]);
}

/** Generation 1 live, then an account's bill raised by 5,000 and generation 2 proved beside it. */
async function twoGenerations(
  t: TestContext,
): Promise<{ readonly carrier: Carrier; readonly digest: string; readonly account: number }> {
  const carrier = await cloneOf(t, await populatedOriginal(t, 60));
  await carrier.goLive();
  const account = await carrier.value<number>(
    "select account_id from bills where total_minor > 20000 order by 1 limit 1",
  );
  await carrier.client.query(
    `insert into adjustments (account_id, bucket, period, kind, amount_minor, reason, created_by)
     select id, bucket, '2026-10-01', 'final', 5000, 'test', 'test' from accounts where id = $1`,
    [account],
  );
  expectDone(await carrier.prepare({ partitions: 3, name: "october" }));
  await carrier.settleAll(3, 2);
  const proof = await carrier.verify(2);
  expectDone(proof);
  return {
    carrier,
    account,
    digest: (JSON.parse(proof.printed[0] ?? "{}") as { readonly digest: string }).digest,
  };
}

test("plan, diff and explain read the database by a Job of the chart's template, and leave no Job behind", async (t) => {
  const at = await stage(t);
  const { carrier, digest, account } = await twoGenerations(t);
  await installTemplate(at, carrier.url);
  const kubelet = await startFakeKubelet(at.at.cluster, { namespace: at.at.namespace });
  const endLogs = await serveLogs(at.at.cluster, kubelet);
  t.after(async () => {
    endLogs();
    await kubelet.stop();
  });
  await at.createRun("october", { mode: "Plan" });

  assert.match(
    (await at.run("plan", "october")).stderr,
    /^error: october has computed nothing yet: it is without a status/,
  );
  await at.setStatus("october", { phase: "AwaitingApproval", generation: 2, digest });

  const plan = await at.run("plan", "october");
  assert.equal(plan.code, 0, plan.stderr);
  assert.match(plan.stdout, /^Run october: generation 2 of 2026-10, verified$/m);
  assert.match(plan.stdout, new RegExp(`^Digest ${digest}$`, "m"));
  const json = JSON.parse((await at.run("plan", "october", "-o", "json")).stdout) as {
    readonly digest: string;
  };
  assert.equal(json.digest, digest);

  const diff = await at.run("diff", "october");
  assert.equal(diff.code, 0, diff.stderr);
  assert.match(diff.stdout, /2026-10 g1 │ +2026-10 g2/);
  assert.match(diff.stdout, /\d+ bills unchanged, 1 changed, 0 new, 0 gone/);
  assert.match(diff.stdout, new RegExp(`account ${account} .*\\+[\\d,]+ KRW`));

  const bill = String(202610n * 10_000_000_000n + BigInt(account));
  const explained = await at.run("explain", bill, "--locale", "ko");
  assert.equal(explained.code, 0, explained.stderr);
  assert.match(explained.stdout, new RegExp(`^Bill ${bill} of account ${account}, 2026-10, generation 1`));
  assert.match(explained.stdout, /Computed again from its snapshot: the same bill/);
  const none = await at.run("explain", "2026100009999999");
  assert.deepEqual(
    [none.code, none.stderr],
    [1, "error: generation 1 of 2026-10 has no bill 2026100009999999\n"],
  );

  await at.setStatus("october", { generation: 9 });
  assert.equal((await at.run("plan", "october")).stderr, "error: 2026-10 has no generation 9\n");
  await at.kubectl(["wait", "--for=delete", "jobs", "--all", "--timeout=20s"]);
});

test("a template that is not there, or there twice, and a pod that cannot start are sentences", async (t) => {
  const at = await stage(t);
  await at.createRun("october");
  await at.setStatus("october", {});
  assert.match(
    (await at.run("plan", "october")).stderr,
    /has no ConfigMap of billing-operator with job-template\.yaml; name the namespace/,
  );
  await installTemplate(at, "postgresql://nobody@127.0.0.1:1/none");
  await at.kubectl(["delete", "serviceaccount", "billing-billing-operator-jobs"]);
  const waits = await at.run("plan", "october", "--timeout-seconds", "2");
  assert.match(
    waits.stderr,
    /brought no answer within 2 s: .*serviceaccount "billing-billing-operator-jobs" not found/,
  );
  await at.kubectl(["create", "configmap", "second", "--from-literal=job-template.yaml=x"]);
  await at.kubectl(["label", "configmap", "second", "app.kubernetes.io/part-of=billing-operator"]);
  assert.match(
    (await at.run("plan", "october")).stderr,
    /several releases \(billing-billing-operator-job-template, second\); choose one with --job-template/,
  );
});
