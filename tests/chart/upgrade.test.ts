import assert from "node:assert/strict";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { parse, parseAllDocuments } from "yaml";
import { kubectl } from "../cluster/kubectl.ts";
import { chart, readChartFile } from "./chart-files.ts";
import { crds, restrictedNamespace, valuesFile, type Place } from "./place.ts";
import { compareVersions, previousChart } from "./previous-chart.ts";
import { everyProcess, production, render, runHelm, type Rendered } from "./rendering.ts";

const previous = previousChart();

test("versions are ordered by their numbers, and this chart is newer than the one that it is upgraded from", () => {
  assert.deepEqual(["0.10.0", "0.9.0", "0.2.11", "0.2.9"].sort(compareVersions), [
    ...["0.2.9", "0.2.11"],
    ...["0.9.0", "0.10.0"],
  ]);
  const { version } = parse(readChartFile("Chart.yaml")) as { version: string };
  assert.ok(compareVersions(version, previous.version) > 0, `${version} after ${previous.version}`);
});

test("all values of the version before are still valid, so that nobody's file must be rewritten", async () => {
  const { stdout } = await runHelm(["show", "values", previous.path]);
  const former = parse(stdout) as object;
  assert.ok(Object.keys(former).length > 20);
  const { code, stderr } = await runHelm(
    ["template", "billing", chart, "-f", valuesFile(former), "-f", "-"],
    production,
  );
  assert.equal(code, 0, stderr);
});

// They cannot be changed by an upgrade: Kubernetes refuses another selector.
test("names and selectors of the Deployments are those of the version before", async () => {
  const { stdout, stderr } = await runHelm(["template", "billing", previous.path, "-f", "-"], production);
  const before = parseAllDocuments(stdout).map((document) => document.toJS() as Rendered | null);
  const selectors = (objects: readonly (Rendered | null)[]): Map<string, unknown> =>
    new Map(
      objects.flatMap((object) =>
        object?.kind === "Deployment" ? [[object.metadata.name, (object["spec"] as Selecting).selector]] : [],
      ),
    );
  const now = selectors(await render(production));
  const former = selectors(before);
  assert.ok(former.size >= 6, stderr);
  for (const [name, selector] of former) assert.deepEqual(now.get(name), selector, name);
});

interface Selecting {
  readonly selector: unknown;
}

const policy = {
  apiVersion: "billing.telco.dev/v1alpha1",
  kind: "NotificationPolicy",
  metadata: { name: "default" },
  spec: { channels: ["sms"] },
};
const withHolidays = ["patch", "notificationpolicy/default", "--type=merge", "-p"];
const holidays = '{"spec":{"holidays":["2026-12-25"]}}';

/** Paths of every field that a definition has, however deep. */
async function publishedFields(place: Place, crd: string): Promise<Set<string>> {
  const schema = "jsonpath={.spec.versions[0].schema.openAPIV3Schema}";
  return new Set(fieldPaths(JSON.parse(await place.kubectl("get", crd, "-o", schema)) as Schema));
}

interface Schema {
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly items?: Schema;
}

function fieldPaths({ properties = {}, items }: Schema, path = ""): string[] {
  return [
    ...Object.entries(properties).flatMap(([name, field]) => [
      `${path}.${name}`,
      ...fieldPaths(field, `${path}.${name}`),
    ]),
    ...(items === undefined ? [] : fieldPaths(items, `${path}[]`)),
  ];
}

/** The API server takes a changed definition up a moment after it was written. */
async function eventually(what: string, holds: () => Promise<boolean>): Promise<void> {
  for (let tries = 0; !(await holds()); tries++) {
    if (tries > 100) throw new Error(`never: ${what}`);
    await sleep(100);
  }
}

async function installPrevious(place: Place, values: object): Promise<string> {
  await place.helm("install", "b", previous.path, "--no-hooks", "-f", valuesFile(values));
  await place.kubectl("wait", "--for=condition=Established", "--timeout=60s", ...crds);
  await place.create({
    ...{ apiVersion: "billing.telco.dev/v1alpha1", kind: "BillingRun", metadata: { name: "2026-10" } },
    spec: { period: "2026-10", tariffRef: { name: "kr-mobile", version: "2026-07" } },
  });
  await place.create(policy);
  return uidOfRun(place);
}

const uidOfRun = (place: Place): Promise<string> =>
  place.kubectl("get", "billingrun/2026-10", "-o", "jsonpath={.metadata.uid}");

test("upgraded from the version before: definitions gain fields and lose none, objects stay and get the defaults", async (t) => {
  const place = await restrictedNamespace(t);
  t.after(() => kubectl(place.cluster, ["delete", "--ignore-not-found", ...crds]));
  const uid = await installPrevious(place, production);
  const former = await Promise.all(crds.map((crd) => publishedFields(place, crd)));
  const unknown = { ...policy, metadata: { name: "other" }, spec: { holidays: ["2026-12-25"] } };
  await assert.rejects(place.create(unknown), /unknown field "spec\.holidays"/);

  await place.helm("upgrade", "b", chart, "--no-hooks", "-f", valuesFile(production));
  for (const [at, crd] of crds.entries()) {
    const now = await publishedFields(place, crd);
    const lost = [...(former[at] ?? [])].filter((field) => !now.has(field));
    assert.deepEqual(lost, [], crd);
  }
  const spec = async (): Promise<string> =>
    place.kubectl("get", "notificationpolicy/default", "-o", "jsonpath={.spec}");
  await eventually("an old policy has the new fields' defaults", async () =>
    (await spec()).includes('"deliverWithin":"168h"'),
  );
  assert.match(await spec(), /"channels":\["sms"\]/);
  await place.kubectl(...withHolidays, holidays);
  assert.match(await spec(), /"holidays":\["2026-12-25"\]/);
  await place.kubectl(
    ...["patch", "billingrun/2026-10", "--type=merge", "-p"],
    '{"spec":{"dispatch":{"releaseAt":"2026-11-05T09:00:00+09:00"}}}',
  );
  assert.equal(await uidOfRun(place), uid);

  // The definitions go back with the rest: what they do not know is not shown any more.
  await place.helm("rollback", "b", "1", "--no-hooks");
  await eventually("no holidays any more", async () => !(await spec()).includes("holidays"));
  assert.equal(await uidOfRun(place), uid);
  await place.helm("uninstall", "b");
});

test("processes that an upgrade adds come, those that a rollback takes back go, and removed leaves definitions and runs", async (t) => {
  const place = await restrictedNamespace(t);
  t.after(() => kubectl(place.cluster, ["delete", "--ignore-not-found", ...crds]));
  const withoutPush = { ...production.consumers, push: { enabled: false } };
  const first = { ...production, rbac: { aggregate: true }, consumers: withoutPush };
  const uid = await installPrevious(place, first);

  const changed = {
    ...{ ...everyProcess, rbac: first.rbac, image: { tag: "next" }, logLevel: "debug" },
    consumers: { ...production.consumers, push: { provider: { url: "http://push:8080" } } },
  };
  await place.helm("upgrade", "b", chart, "--no-hooks", "-f", valuesFile(changed));
  const images = await place.kubectl(
    ...["get", "deployments", "-o", "jsonpath={.items[*].spec.template.spec.containers[0].image}"],
  );
  assert.deepEqual(new Set(images.split(" ")), new Set(["billing-operator:next"]));
  const names = (): Promise<string> => place.kubectl("get", "deployments", "-o", "name");
  for (const added of ["push", "admin", "receipts"]) assert.match(await names(), new RegExp(`-${added}\\n`));
  assert.equal(await uidOfRun(place), uid);

  await place.helm("rollback", "b", "1", "--no-hooks");
  assert.doesNotMatch(await names(), /-(push|admin|receipts)\n/);

  await place.helm("uninstall", "b");
  assert.equal(await place.kubectl("get", "deployments,services,networkpolicies,roles", "-o", "name"), "");
  assert.equal(await uidOfRun(place), uid);

  // Kept CRDs bear the release's mark, so the same release takes them up again.
  await place.helm("install", "b", chart, "--no-hooks", "-f", valuesFile(first));
  assert.equal(await uidOfRun(place), uid);
  await place.helm("uninstall", "b");
});
