import assert from "node:assert/strict";
import { test } from "node:test";
import { kubernetesRuns } from "../../admin/runs/kubernetes-runs.ts";
import { createKubernetes } from "../../platform/kubernetes/client.ts";
import { defineKinds } from "../cluster/define-kinds.ts";
import { testNamespace } from "../cluster/test-cluster.ts";
import { Stage } from "../plugin/stage.ts";
import { startAdmin } from "./admin.ts";
import { signInByKeyboard, startBrowser, violationsIn } from "./browser.ts";
import { keepPicture, settledPage } from "./dashboard-scene.ts";
import { press } from "./press.ts";
import { plannedSpec } from "./run-scene.ts";

// Schedules are in a cluster only: a real API server, in which the test plays the operator.

void test("a schedule is seen, suspended, resumed and run now in the cluster", async (t) => {
  const at = await testNamespace(t);
  await defineKinds(at.cluster);
  const kubernetes = createKubernetes({ kubeconfig: at.cluster.kubeconfig });
  const store = kubernetesRuns({ kubernetes, namespace: at.namespace });
  const admin = await startAdmin(t, (parts) => ({
    ...parts,
    context: { ...parts.context, openRuns: () => store, policiesWritable: false },
  }));
  const stage = new Stage(at);
  const { tariffRef } = plannedSpec;
  const create = (name: string, schedule: string): Promise<string> =>
    stage.kubectl(["create", "-f", "-"], {
      ...{ apiVersion: "billing.telco.dev/v1alpha1", kind: "BillingSchedule", metadata: { name } },
      spec: {
        ...{ schedule, timeZone: "Asia/Seoul" },
        runTemplate: { spec: { tariffRef, partitions: 4, parallelism: 2 } },
      },
    });
  await create("monthly", "0 3 1 * *");
  await create("second-look", "0 3 5 * *");
  const status = {
    ...{ nextScheduleTime: "2026-11-30T18:00:00Z", lastSuccessfulTime: "2026-10-31T19:12:00Z" },
    ...{ observedGeneration: 1, active: [], missed: 0, conditions: [] },
  };
  await stage.kubectl([
    ...["patch", "billingschedule", "monthly", "--subresource=status", "--type=merge"],
    `--patch=${JSON.stringify({ status })}`,
  ]);
  const suspended = async (): Promise<string> =>
    await stage.kubectl(["get", "billingschedule", "monthly", "-o", "jsonpath={.spec.suspend}"]);

  const { page } = await startBrowser(t, admin);
  await signInByKeyboard(page, "operator");
  await page.getByRole("link", { name: "Schedules" }).click();
  const monthly = page.getByRole("row").filter({ hasText: "monthly" });
  await monthly.getByText("0 3 1 * *").waitFor();
  await monthly.getByText("01/12/2026, 03:00").waitFor();
  await press(page, "Suspend", { Reason: "until the tariff is there" }, monthly);
  await monthly.getByText("Suspended").waitFor();
  assert.equal(await suspended(), "true");
  await settledPage(page);
  assert.deepEqual(await violationsIn(page), []);
  await page.evaluate('document.documentElement.dataset.theme = "light"');
  await keepPicture(page, "tour-schedules");
  await press(page, "Resume", {}, monthly);
  await monthly.getByText("Active").waitFor();
  assert.equal(await suspended(), "false");
  await press(page, "Run now", { Month: "2026-10", Reason: "the import is in" }, monthly);
  await page.getByText("Done: Run now").waitFor();
  const { spec, metadata } = await stage.read("monthly-2026-10");
  assert.deepEqual([spec["period"], spec["partitions"]], ["2026-10", 4]);
  const { labels } = metadata as { readonly labels?: Readonly<Record<string, string>> };
  assert.equal(labels?.["billing.telco.dev/schedule"], "monthly");
});
