import type { Api } from "./api.ts";
import type { Container, EnvironmentVariable, KeyedValues, Pod } from "./wire.ts";

/** A container cannot start: what the kubelet calls CreateContainerConfigError. */
export class ContainerConfigError extends Error {}

type Variables = Record<string, string>;

interface Source {
  readonly kind: "configmaps" | "secrets";
  readonly name: string;
  readonly optional: boolean;
}

async function variablesOf(api: Api, namespace: string, source: Source): Promise<Variables | undefined> {
  const path = `/api/v1/namespaces/${namespace}/${source.kind}/${source.name}`;
  const { status, body } = await api.send<KeyedValues>("GET", path);
  if (status === 404 && source.optional) return undefined;
  if (status !== 200) throw new ContainerConfigError(`${source.kind} "${source.name}" not found`);
  const entries = Object.entries(body.data ?? {});
  if (source.kind === "configmaps") return Object.fromEntries(entries);
  return Object.fromEntries(entries.map(([key, value]) => [key, Buffer.from(value, "base64").toString()]));
}

async function keyOf(api: Api, namespace: string, source: Source, key: string): Promise<string | undefined> {
  const value = (await variablesOf(api, namespace, source))?.[key];
  if (value === undefined && !source.optional) {
    throw new ContainerConfigError(`couldn't find key ${key} in ${source.kind} ${namespace}/${source.name}`);
  }
  return value;
}

/** The value of a downward API path, e.g. `metadata.annotations['batch.kubernetes.io/job-completion-index']`. */
function fieldOf(pod: Pod, path: string): string {
  const [, map, key] = /^metadata\.(labels|annotations)\['(.+)'\]$/.exec(path) ?? [];
  if (map === "labels" || map === "annotations") return pod.metadata?.[map]?.[key ?? ""] ?? "";
  const fields: Variables = {
    "metadata.name": pod.metadata?.name ?? "",
    "metadata.namespace": pod.metadata?.namespace ?? "",
    "metadata.uid": pod.metadata?.uid ?? "",
    "spec.nodeName": pod.spec?.nodeName ?? "",
    "spec.serviceAccountName": pod.spec?.serviceAccountName ?? "default",
    "status.podIP": "127.0.0.1",
    "status.hostIP": "127.0.0.1",
  };
  const value = fields[path];
  if (value === undefined) throw new ContainerConfigError(`fieldRef ${path} is not played`);
  return value;
}

/** $(NAME) stands for a variable defined before it; an unknown one stays as it is, and $$ is one $. */
export function expand(value: string, variables: Variables): string {
  return value.replace(/\$\$|\$\(([\w.-]+)\)/g, (found, name?: string) =>
    name === undefined ? "$" : (variables[name] ?? found),
  );
}

async function valueOf(
  api: Api,
  pod: Pod,
  { name, value, valueFrom }: EnvironmentVariable,
  sofar: Variables,
): Promise<string | undefined> {
  const namespace = pod.metadata?.namespace ?? "default";
  if (valueFrom === undefined) return expand(value ?? "", sofar);
  const { fieldRef, secretKeyRef, configMapKeyRef } = valueFrom;
  if (fieldRef) return fieldOf(pod, fieldRef.fieldPath);
  for (const [kind, reference] of [
    ["secrets", secretKeyRef] as const,
    ["configmaps", configMapKeyRef] as const,
  ]) {
    if (reference === undefined) continue;
    const source = { kind, name: reference.name ?? "", optional: reference.optional ?? false };
    return keyOf(api, namespace, source, reference.key);
  }
  throw new ContainerConfigError(`the source of ${name} is not played`);
}

/** The environment that a kubelet would give the container; rejects with `ContainerConfigError`. */
export async function environmentOf(api: Api, pod: Pod, container: Container): Promise<Variables> {
  const namespace = pod.metadata?.namespace ?? "default";
  const variables: Variables = {};
  for (const { prefix, configMapRef, secretRef } of container.envFrom ?? []) {
    const kind = configMapRef ? "configmaps" : "secrets";
    const reference = configMapRef ?? secretRef;
    const source = { kind, name: reference?.name ?? "", optional: reference?.optional ?? false } as const;
    const found = Object.entries((await variablesOf(api, namespace, source)) ?? {});
    for (const [key, value] of found) variables[(prefix ?? "") + key] = value;
  }
  for (const variable of container.env ?? []) {
    const value = await valueOf(api, pod, variable, variables);
    if (value !== undefined) variables[variable.name] = value;
  }
  return variables;
}
