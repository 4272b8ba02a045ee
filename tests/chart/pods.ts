import { parse } from "yaml";
import { type ConfigMap, find, type Rendered } from "./rendering.ts";

/** One entry of a container's `env`. */
export interface EnvironmentEntry {
  readonly name: string;
  readonly value?: string;
  readonly valueFrom?: {
    readonly secretKeyRef?: { readonly name: string; readonly key: string };
    readonly fieldRef?: object;
  };
}

/** How the kubelet asks a container; the servers of `dev.*` are asked by a command. */
export interface Probe {
  readonly httpGet?: { readonly path: string; readonly port: string };
}

/** A container as the chart writes it. */
export interface Container {
  readonly name: string;
  readonly image: string;
  readonly args?: readonly string[];
  readonly env?: readonly EnvironmentEntry[];
  readonly resources: {
    readonly requests?: Readonly<Record<string, string>>;
    readonly limits?: Readonly<Record<string, string>>;
  };
  readonly securityContext: object;
  readonly ports?: readonly { readonly name: string; readonly containerPort: number }[];
  readonly startupProbe?: Probe;
  readonly livenessProbe?: Probe;
  readonly readinessProbe?: Probe;
  readonly volumeMounts?: readonly { readonly name: string; readonly mountPath: string }[];
}

/** The spec of a pod as the chart writes it. */
export interface PodSpec {
  readonly serviceAccountName?: string;
  readonly automountServiceAccountToken?: boolean;
  readonly terminationGracePeriodSeconds?: number;
  readonly securityContext: object;
  readonly initContainers?: readonly Container[];
  readonly containers: readonly Container[];
  readonly volumes?: readonly object[];
  readonly topologySpreadConstraints?: readonly object[];
}

/** A pod, and what makes it. */
export interface MadePod {
  readonly by: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly spec: PodSpec;
}

interface PodTemplate {
  readonly metadata: { readonly labels: Readonly<Record<string, string>> };
  readonly spec: PodSpec;
}

/** The template that the operator gets for its Jobs. */
export function jobTemplate(objects: readonly Rendered[]): PodTemplate {
  const { data } = find(objects, "ConfigMap", "-job-template") as ConfigMap;
  return parse(data["job-template.yaml"] ?? "") as PodTemplate;
}

/** Every pod that comes of these objects, those of the operator's Jobs among them. */
export function podsOf(objects: readonly Rendered[]): MadePod[] {
  const pods = objects.flatMap((object): MadePod[] => {
    const by = `${object.kind} ${object.metadata.name}`;
    const spec = object["spec"];
    if (object.kind === "Pod") return [{ by, labels: object.metadata.labels ?? {}, spec: spec as PodSpec }];
    if (!["Deployment", "StatefulSet", "Job"].includes(object.kind)) return [];
    const { template } = spec as { template: PodTemplate };
    return [{ by, labels: template.metadata.labels, spec: template.spec }];
  });
  const { metadata, spec } = jobTemplate(objects);
  return [...pods, { by: "job template", labels: metadata.labels, spec }];
}

/** The environment that a container gets, with the secrets that `secrets` has by key; what the pod gives is "given". */
export function environmentOf(
  container: Container,
  secrets: Readonly<Record<string, string>>,
): Record<string, string> {
  return Object.fromEntries(
    (container.env ?? []).map(({ name, value, valueFrom }) => {
      if (valueFrom?.fieldRef !== undefined) return [name, "given"];
      const key = valueFrom?.secretKeyRef?.key;
      return [name, key === undefined ? (value ?? "") : (secrets[key] ?? "")];
    }),
  );
}
