import assert from "node:assert/strict";
import { test } from "node:test";
import { ConfigError } from "../../../platform/config.ts";
import { exampleRun } from "../example-observations.ts";
import { exampleOrder, exampleTemplate } from "./example-jobs.ts";
import { jobManifest, specHash, type ClusterOrder } from "./job-manifest.ts";
import { parsePodTemplate } from "./pod-template.ts";

interface Made {
  readonly metadata: {
    readonly labels: Readonly<Record<string, string>>;
    readonly annotations: Readonly<Record<string, string>>;
    readonly ownerReferences?: readonly { readonly uid: string; readonly controller: boolean }[];
  };
  readonly spec: {
    readonly completions: number;
    readonly maxFailedIndexes: number;
    readonly podFailurePolicy: {
      readonly rules: readonly { readonly action: string; readonly onExitCodes?: { values: number[] } }[];
    };
    readonly template: {
      readonly metadata: { readonly labels: Readonly<Record<string, string>> };
      readonly spec: {
        readonly restartPolicy: string;
        readonly containers: readonly {
          readonly name: string;
          readonly args?: readonly string[];
          readonly env?: readonly { readonly name: string; readonly value: string }[];
          readonly terminationMessagePolicy?: string;
        }[];
      };
    };
  };
}

function made(order: ClusterOrder, run = exampleRun()): Made {
  return jobManifest({ namespace: "billing", run, template: exampleTemplate }, order) as Made;
}

test("the rules are in this order: a drained node first, then what the exit code says", () => {
  const { rules } = made(exampleOrder([0, 1])).spec.podFailurePolicy;
  assert.deepEqual(
    rules.map(({ action, onExitCodes }) => [action, onExitCodes?.values[0] ?? "DisruptionTarget"]),
    [
      ["Ignore", "DisruptionTarget"],
      ["Ignore", 75],
      ["FailIndex", 42],
      ["FailJob", 43],
      ["FailJob", 78],
    ],
  );
});

test("the template's container runs the subcommand; the others stay as they are", () => {
  const { template } = made(exampleOrder([0, 1])).spec;
  const [job, proxy] = template.spec.containers;
  assert.deepEqual(job?.args, ["settle", "--period", "2026-10", "--generation", "1"]);
  assert.deepEqual(job.env, [{ name: "DATABASE_ROLE", value: "billing_settlement" }]);
  assert.equal(job.terminationMessagePolicy, "FallbackToLogsOnError");
  assert.deepEqual(proxy, { name: "proxy", image: "proxy:1" });
  assert.equal(template.spec.restartPolicy, "Never");
  assert.equal(template.metadata.labels["team"], "billing");
  assert.equal(template.metadata.labels["billing.telco.dev/run"], "october");
});

test("indexes with a gap are told to the pods, and stand on the Job", () => {
  const manifest = made(exampleOrder([1, 2, 3, 7]));
  assert.equal(manifest.spec.completions, 4);
  const env = manifest.spec.template.spec.containers[0]?.env;
  assert.deepEqual(env?.at(-1), { name: "PARTITIONS", value: "1-3,7" });
  assert.equal(manifest.metadata.annotations["billing.telco.dev/partitions"], "1-3,7");
});

test("no more indexes can fail than there are", () => {
  assert.equal(made(exampleOrder([0], { maxFailedIndexes: 9 })).spec.maxFailedIndexes, 1);
});

test("the run owns its Jobs, but not what gives the period free when it is deleted", () => {
  const run = exampleRun();
  assert.equal(made(exampleOrder([0])).metadata.ownerReferences?.[0]?.uid, run.metadata.uid);
  const deleted = { ...run, metadata: { ...run.metadata, deletionTimestamp: "2026-11-01T00:00:00Z" } };
  const { metadata } = made(exampleOrder([0]), deleted);
  assert.equal(metadata.ownerReferences, undefined);
  assert.equal(metadata.labels["billing.telco.dev/run-uid"], run.metadata.uid);
});

test("the hash is of the work, not of its limits", () => {
  const order = exampleOrder([0]);
  assert.equal(specHash(order), specHash({ ...order, parallelism: 9, backoffLimitPerIndex: 0 }));
  assert.notEqual(specHash(order), specHash({ ...order, args: ["--period", "2026-11"] }));
});

test("a template without the container, or that is no YAML, is told with its place", () => {
  assert.throws(
    () => parsePodTemplate("spec: { containers: [{ name: web }] }", "file"),
    (error) => {
      assert.ok(error instanceof ConfigError);
      assert.match(error.message, /file: spec\.containers: needs a container named "job"/);
      return true;
    },
  );
  assert.throws(() => parsePodTemplate("a: [", "file"), ConfigError);
});
