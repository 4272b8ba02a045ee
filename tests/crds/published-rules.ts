import { readFileSync } from "node:fs";
import { parse } from "yaml";
import { celKeyword, type CelRule } from "../../crds/cel.ts";
import { definitionName } from "../../crds/custom-resource-definition.ts";
import type { Kind } from "../../crds/kinds.ts";
import type { StructuralSchema } from "../../crds/structural-schema.ts";
import type { Cause } from "./api-server.ts";

/** A rule of a committed definition: a pattern, a CEL rule, or a pattern with the sentence that says the same. */
export interface PublishedRule {
  readonly kind: string;
  /** The field that is blamed; `[]` stands for any index, `*` for any key. */
  readonly field: string;
  /** What the API server says; all of it, about that field. */
  readonly says: readonly string[];
}

/** Every pattern and CEL rule of the YAML that is installed, by the field that it blames. */
export function publishedRules(kind: Kind): PublishedRule[] {
  const file = new URL(`../../crds/${apiGroupFile(kind)}`, import.meta.url);
  const { spec } = parse(readFileSync(file, "utf8")) as Definition;
  const [version] = spec.versions;
  return version === undefined ? [] : rulesOf(version.schema.openAPIV3Schema, kind.kind, "");
}

interface Definition {
  readonly spec: {
    readonly versions: readonly { readonly schema: { readonly openAPIV3Schema: StructuralSchema } }[];
  };
}

/** `billingruns.billing.telco.dev` → `billing.telco.dev_billingruns.yaml`. */
function apiGroupFile(kind: Kind): string {
  const group = definitionName(kind).slice(kind.plural.length + 1);
  return `${group}_${kind.plural}.yaml`;
}

function rulesOf(node: StructuralSchema, kind: string, path: string): PublishedRule[] {
  const { properties = {}, items, additionalProperties } = node;
  const pattern = node["pattern"] as string | undefined;
  const cel = (node[celKeyword] ?? []) as readonly CelRule[];
  const matches = pattern === undefined ? [] : [`should match '${pattern}'`];
  // A pattern is told by the API server as it stands; `matching` of crds/text.ts adds the sentence, as the first rule.
  const [first] = cel;
  const twin = pattern !== undefined && first?.rule.startsWith("self.matches(") ? first : undefined;
  const own = cel.filter((rule) => rule !== twin);
  return [
    ...(matches.length === 0
      ? []
      : [{ kind, field: path, says: [...matches, ...(twin === undefined ? [] : [twin.message])] }]),
    ...own.map(({ message, fieldPath = "" }) => ({ kind, field: `${path}${fieldPath}`, says: [message] })),
    ...Object.entries(properties).flatMap(([name, field]) => rulesOf(field, kind, `${path}.${name}`)),
    ...(items ? rulesOf(items, kind, `${path}[]`) : []),
    ...(additionalProperties ? rulesOf(additionalProperties, kind, `${path}.*`) : []),
  ];
}

/** The rule that alone has refused, or undefined: every cause is its, and it says all that it has to say. */
export function refusedAlone(
  rules: readonly PublishedRule[],
  causes: readonly Cause[],
): PublishedRule | undefined {
  const isOf = ({ field, says }: PublishedRule, cause: Cause): boolean =>
    blames(field, cause.field) && says.some((sentence) => cause.message.includes(sentence));
  return rules.find(
    (rule) =>
      causes.length > 0 &&
      causes.every((cause) => isOf(rule, cause)) &&
      rule.says.every((sentence) => causes.some(({ message }) => message.includes(sentence))),
  );
}

function blames(pattern: string, field: string): boolean {
  const any = pattern.slice(1).replace(/[.[\]*]/g, (mark) => (mark === "*" ? "[^.]+" : `\\${mark}`));
  return new RegExp(`^${any.replaceAll("\\[\\]", "\\[\\d+\\]")}$`).test(field);
}
