import assert from "node:assert/strict";
import { test } from "node:test";
import { condition, stage, type Stage } from "./stage.ts";

const digest = "ab".repeat(32);
const finished = [condition("Finished", "True", "Completed", "partitions 1 failed")];

async function waiting(at: Stage): Promise<void> {
  const message = `the sum changed by 31.00 %, limit 20 %; approve digest ${digest} to promote`;
  const conditions = [condition("Approved", "False", "TotalChanged", message)];
  await at.setStatus("october", { phase: "AwaitingApproval", digest, conditions, progress: "4/4" });
}

test("approve names the digest of what waits, and refuses everything else", async (t) => {
  const at = await stage(t);
  await at.createRun("october");
  const unseen = await at.run("approve", "october", "--yes");
  assert.deepEqual(
    [unseen.code, unseen.stderr],
    [1, "error: october has no status yet: is the operator running?\n"],
  );
  await at.setStatus("october", {});
  assert.match(
    (await at.run("approve", "october", "--yes")).stderr,
    /does not wait for approval: it is Settling \(2\/4\)/,
  );
  await waiting(at);

  const other = await at.run("approve", "october", "--digest", "cd".repeat(32));
  assert.equal(other.code, 1);
  assert.match(other.stderr, new RegExp(`waits with digest ${digest}, not with (cd){32}`));
  const unasked = await at.run("approve", "october");
  assert.match(unasked.stderr, /no terminal; pass --yes/);
  assert.match(unasked.stdout, /^Amount {4}13,456,000 KRW$/m, "it has shown what it would have asked about");
  assert.equal((await at.read("october")).spec["approvedDigest"], "");

  const approved = await at.run("approve", "october", "--digest", digest);
  assert.equal(approved.code, 0, approved.stderr);
  assert.match(approved.stdout, /^Held by {3}the sum changed by 31\.00 %, limit 20 %$/m);
  assert.match(approved.stdout, /october is approved\n$/);
  assert.equal((await at.read("october")).spec["approvedDigest"], digest);
  // The operator has not looked yet, and its status is of the spec before.
  assert.match((await at.run("approve", "october", "--yes")).stderr, /try again/);
});

test("retry, suspend, resume, release and cancel write the spec, and the operator's view of it decides whether", async (t) => {
  const at = await stage(t);
  await at.createRun("october", { dispatch: { release: "Manual" } });
  await at.setStatus("october", {});
  assert.match((await at.run("retry", "october")).stderr, /nothing of october has failed/);
  assert.equal((await at.run("suspend", "october")).code, 0);
  assert.equal((await at.read("october")).spec["suspend"], true);
  assert.match((await at.run("suspend", "october")).stdout, /already/);
  assert.equal((await at.run("resume", "october")).code, 0);
  assert.equal((await at.read("october")).spec["suspend"], false);

  const partitions = { total: 4, active: 0, succeeded: 3, failed: 1, failedIndexes: [1] };
  await at.setStatus("october", { phase: "Failed", conditions: finished, partitions });
  assert.match((await at.run("retry", "october")).stdout, /partitions 1 will be tried again \(retry 1\)/);
  assert.equal((await at.read("october")).spec["retryGeneration"], 1);

  assert.match((await at.run("release", "october")).stderr, /not live yet: it is Failed/);
  await at.setStatus("october", { phase: "AwaitingRelease" });
  const released = await at.run("release", "october", "-o", "json");
  const { spec } = JSON.parse(released.stdout) as {
    readonly spec: { readonly dispatch: { readonly release: string } };
  };
  assert.equal(spec.dispatch.release, "Automatic");
});

test("cancel asks for the name, and is not taken back", async (t) => {
  const at = await stage(t);
  await at.createRun("october");
  await at.setStatus("october", {});
  assert.match((await at.run("cancel", "october")).stderr, /no terminal; pass --yes/);
  assert.equal((await at.read("october")).spec["cancel"], false);
  assert.match((await at.run("cancel", "october", "--yes")).stdout, /is being cancelled/);
  assert.equal((await at.read("october")).spec["cancel"], true);
});

test("what is wrong with the command, the name or the cluster is a sentence", async (t) => {
  const at = await stage(t);
  assert.equal(
    (await at.run("retry", "october")).stderr,
    `error: namespace ${at.at.namespace} has no BillingRun october; it has none at all\n`,
  );
  await at.createRun("september");
  assert.match((await at.run("retry", "october")).stderr, /; it has september$/m);
  assert.match(
    (await at.run("status", "--context", "nowhere")).stderr,
    /^error: no context nowhere; there are /,
  );
  assert.match(
    (await at.run("approve", "september", "--digest", "x")).stderr,
    /must be 64 hexadecimal digits/,
  );
});
