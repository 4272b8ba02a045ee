import { apiVersion } from "./billing-run.ts";
import { celKeyword, type CelRule } from "./cel.ts";
import type { Kind } from "./kinds.ts";
import { specSchema, statusSchema, type StructuralSchema } from "./structural-schema.ts";
import { celString, dnsLabel } from "./text.ts";

const [group, version] = apiVersion.split("/") as [string, string];

/** Name of a kind's CustomResourceDefinition, such as `billingruns.billing.telco.dev`. */
export function definitionName({ plural }: Kind): string {
  return `${plural}.${group}`;
}

/** The kind as the API server learns it: schema, rules, subresources, columns. */
export function customResourceDefinition(kind: Kind): object {
  return {
    apiVersion: "apiextensions.k8s.io/v1",
    kind: "CustomResourceDefinition",
    metadata: { name: definitionName(kind) },
    spec: {
      group,
      scope: "Namespaced",
      names: {
        kind: kind.kind,
        listKind: `${kind.kind}List`,
        plural: kind.plural,
        singular: kind.kind.toLowerCase(),
        shortNames: [kind.shortName],
        categories: ["billing"],
      },
      versions: [
        {
          name: version,
          served: true,
          storage: true,
          subresources: { status: {}, ...(kind.scale && { scale: kind.scale }) },
          additionalPrinterColumns: kind.columns.map(({ wide, ...column }) => ({
            ...column,
            ...(wide && { priority: 1 }),
          })),
          ...(kind.selectableFields && {
            selectableFields: kind.selectableFields.map((jsonPath) => ({ jsonPath })),
          }),
          schema: { openAPIV3Schema: rootSchema(kind) },
        },
      ],
    },
  };
}

function rootSchema(kind: Kind): StructuralSchema {
  return {
    type: "object",
    description: kind.description,
    required: ["spec"],
    [celKeyword]: [nameRule(kind), ...(kind.changeRules ?? [])],
    properties: {
      apiVersion: { type: "string", description: `Always ${apiVersion}.` },
      kind: { type: "string", description: `Always ${kind.kind}.` },
      // Named only so that the rule about it may blame it.
      metadata: { type: "object", properties: { name: { type: "string" } } },
      spec: specSchema(kind.spec),
      status: statusSchema(kind.status),
    },
  };
}

function nameRule({ nameMaxLength, nameSentence }: Kind): CelRule {
  const name = "self.metadata.name";
  return {
    rule: `${name}.size() <= ${nameMaxLength} && ${name}.matches(${celString(dnsLabel.source)})`,
    message: nameSentence,
    fieldPath: ".metadata.name",
  };
}
