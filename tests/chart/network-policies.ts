import type { Rendered } from "./rendering.ts";

/** A rule of a NetworkPolicy. */
export interface Rule {
  readonly ports?: readonly { readonly port: number }[];
  readonly to?: readonly object[];
  readonly from?: readonly object[];
}

/** A NetworkPolicy as the chart writes it. */
export interface Policy extends Rendered {
  readonly spec: {
    readonly podSelector: {
      readonly matchLabels: Readonly<Record<string, string>>;
      readonly matchExpressions?: readonly { readonly values: readonly string[] }[];
    };
    readonly policyTypes: readonly string[];
    readonly ingress?: readonly Rule[];
    readonly egress?: readonly Rule[];
  };
}

type Labels = Readonly<Record<string, string>>;

/** The policies among the objects that select a pod with these labels. */
export function applying(objects: readonly Rendered[], labels: Labels): Policy[] {
  const policies = objects.filter(({ kind }) => kind === "NetworkPolicy") as Policy[];
  return policies.filter(({ spec: { podSelector } }) => {
    const { matchLabels, matchExpressions = [] } = podSelector;
    const process = labels["billing.telco.dev/process"] ?? "";
    return (
      Object.entries(matchLabels).every(([key, value]) => labels[key] === value) &&
      matchExpressions.every(({ values }) => values.includes(process))
    );
  });
}

/** Ports that a pod reaches, without those of names. */
export function outwards(objects: readonly Rendered[], labels: Labels): number[] {
  const rules = applying(objects, labels).flatMap(({ spec }) => spec.egress ?? []);
  return portsOf(rules).filter((port) => port !== 53);
}

/** Ports at which a pod is reached. */
export function inwards(objects: readonly Rendered[], labels: Labels): number[] {
  return portsOf(applying(objects, labels).flatMap(({ spec }) => spec.ingress ?? []));
}

/** Ports of rules, each once, in their order; a rule without ports would open all, and throws. */
function portsOf(rules: readonly Rule[]): number[] {
  const ports = rules.flatMap((rule) => {
    if (rule.ports === undefined) throw new Error(`all ports are open: ${JSON.stringify(rule)}`);
    return rule.ports.map(({ port }) => port);
  });
  return [...new Set(ports)].sort((one, other) => one - other);
}
