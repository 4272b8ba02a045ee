import assert from "node:assert/strict";
import { once } from "node:events";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { kubectl } from "../cluster/kubectl.ts";
import { condition, endOf, stage } from "./stage.ts";

const pluginFolder = fileURLToPath(new URL("../../plugin/bin", import.meta.url));

test("status lists the runs of a namespace, and shows one", async (t) => {
  const at = await stage(t);
  assert.equal((await at.run("status")).stdout, `No BillingRun in namespace ${at.at.namespace}.\n`);
  await at.createRun("october");
  await at.setStatus("october", {
    conditions: [condition("Settled", "False", "Settling", "2 of 4 partitions settled")],
  });
  const all = await at.run("status");
  assert.match(
    all.stdout,
    /^october +2026-10 +Settling +2\/4 +13,456,000 KRW +\d+ s +2 of 4 partitions settled$/m,
  );
  const one = await at.run("status", "october");
  assert.match(one.stdout, /^ {2}settle {2}█{16}░{16} {2}50 % {2}2\/4 partitions$/m);
  assert.match(one.stdout, /^ {2}Settled {5}False {2}Settling {13}2 of 4 partitions settled$/m);
  const json = JSON.parse((await at.run("status", "october", "-o", "json")).stdout) as {
    readonly kind: string;
  };
  assert.equal(json.kind, "BillingRun");
});

test("status --watch follows a run to its end, a line a change, and its exit code tells how it ended", async (t) => {
  const at = await stage(t);
  for (const [name, phase, code] of [
    ["good", "Completed", 0],
    ["bad", "Failed", 1],
  ] as const) {
    await at.createRun(name);
    await at.setStatus(name, {
      conditions: [condition("Settled", "False", "Settling", "2 of 4 partitions settled")],
    });
    const child = at.start(["status", name, "--watch"]);
    const ending = endOf(child);
    await once(child.stdout ?? child, "data");
    await at.kubectl(["annotate", "billingrun", name, "note=says-nothing-new"]);
    const conditions = [condition("Finished", "True", "Completed", "that was it")];
    await at.setStatus(name, { phase, conditions, progress: "4/4" });
    const end = await ending;
    assert.deepEqual(end.stdout.trim().split("\n"), [
      "Settling         2/4         2 of 4 partitions settled",
      `${phase.padEnd(16)} 4/4         that was it`,
    ]);
    assert.equal(end.code, code);
  }
});

test("status --watch of a run that somebody deletes ends with a sentence", async (t) => {
  const at = await stage(t);
  await at.createRun("october");
  const child = at.start(["status", "october", "--watch"]);
  const ending = endOf(child);
  await once(child.stdout ?? child, "data");
  await at.kubectl(["delete", "billingrun", "october"]);
  const end = await ending;
  assert.deepEqual([end.code, end.stderr], [1, "error: somebody deleted BillingRun october\n"]);
  assert.match((await at.run("status", "october", "--watch")).stderr, /there is no BillingRun october/);
});

test("kubectl finds the plugin on the PATH, and asks it for completions", async (t) => {
  const at = await stage(t);
  await at.createRun("october");
  const before = process.env["PATH"];
  process.env["PATH"] = `${pluginFolder}:${before ?? ""}`;
  t.after(() => (process.env["PATH"] = before));
  const args = ["billing", "-n", at.at.namespace];
  const shown = await kubectl(at.at.cluster, [...args, "status"]);
  assert.match(shown.stdout, /^october +2026-10 +Pending/m, shown.stderr);
  const completed = await kubectl(at.at.cluster, ["__complete", ...args, "plan", "oct"]);
  assert.match(completed.stdout, /^october\n:4$/m, completed.stderr);
});
