import { parse } from "yaml";
import { z } from "zod";
import type { Kubernetes, KubernetesObject } from "../platform/kubernetes/kubernetes.ts";
import { Refusal } from "./refusal.ts";

/** Key of the ConfigMap under which the chart keeps what its Jobs have in common. */
const templateKey = "job-template.yaml";

/** Selects that ConfigMap among the others of a namespace. */
const templateSelector = "app.kubernetes.io/part-of=billing-operator";

const podTemplate = z.looseObject({
  metadata: z.looseObject({ labels: z.record(z.string(), z.string()).default({}) }).prefault({}),
  spec: z.looseObject({
    containers: z.array(z.looseObject({ env: z.array(z.unknown()).default([]) })).min(1),
  }),
});

type PodTemplate = z.output<typeof podTemplate>;

interface ConfigMap extends KubernetesObject {
  readonly data?: Readonly<Record<string, string>>;
}

/** The pod that the operator's Jobs run in this namespace: it has image, login and network of what we ask for. */
export async function readJobTemplate(
  kubernetes: Kubernetes,
  namespace: string,
  name: string | undefined,
): Promise<PodTemplate> {
  const configMaps = { group: "", version: "v1", plural: "configmaps" };
  const found = await kubernetes.list<ConfigMap>(configMaps, {
    namespace,
    ...(name === undefined
      ? { labelSelector: templateSelector }
      : { fieldSelector: `metadata.name=${name}` }),
  });
  const templates = found.items.filter(({ data }) => data?.[templateKey] !== undefined);
  const [template] = templates;
  if (template === undefined) {
    throw new Refusal(
      `namespace ${namespace} has no ConfigMap ${name ?? "of billing-operator"} with ${templateKey}; ` +
        "name the namespace of the release with -n",
    );
  }
  if (templates.length > 1) {
    const names = templates.map(({ metadata }) => metadata.name).join(", ");
    throw new Refusal(
      `namespace ${namespace} has several releases (${names}); choose one with --job-template`,
    );
  }
  return podTemplate.parse(parse(template.data?.[templateKey] ?? ""));
}

/**
 * A Job that runs one reading subcommand once. It belongs to no BillingRun, so the operator does not see it; should
 * nobody be left to delete it, the cluster does, five minutes after its end.
 */
export function reportJob(template: PodTemplate, args: readonly string[], timeoutSeconds: number): object {
  const [container, ...others] = template.spec.containers;
  const reporting = {
    ...container,
    args,
    // Standard output and errors come as one log; only what went wrong may stand beside the report.
    env: [...(container?.env ?? []).filter(isNotLogLevel), { name: "LOG_LEVEL", value: "error" }],
  };
  return {
    apiVersion: "batch/v1",
    kind: "Job",
    metadata: { generateName: `kubectl-billing-${args[0] ?? ""}-`, labels: template.metadata.labels },
    spec: {
      backoffLimit: 0,
      // Later than we wait ourselves, so that the reason is still there to be read when our time is over.
      activeDeadlineSeconds: timeoutSeconds + 60,
      ttlSecondsAfterFinished: 300,
      template: {
        ...template,
        spec: { ...template.spec, restartPolicy: "Never", containers: [reporting, ...others] },
      },
    },
  };
}

function isNotLogLevel(variable: unknown): boolean {
  return (variable as { readonly name?: string }).name !== "LOG_LEVEL";
}

/** The sentence in the log of a process that failed: the `error` of its last JSON line, else its last lines. */
export function reasonInLog(log: string): string {
  const lines = log.trimEnd().split("\n");
  for (const line of lines.toReversed()) {
    const error = errorOf(line);
    if (error !== null) return error;
  }
  return lines.slice(-5).join("\n");
}

function errorOf(line: string): string | null {
  try {
    const { error } = JSON.parse(line) as { readonly error?: unknown };
    return typeof error === "string" ? error : null;
  } catch {
    return null;
  }
}
