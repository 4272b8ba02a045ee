import { mkdirSync, writeFileSync } from "node:fs";
import { stringify } from "yaml";
import { customResourceDefinition, definitionName } from "./custom-resource-definition.ts";
import { kinds, type Kind } from "./kinds.ts";

const chartFolder = "../charts/billing-operator/templates/crds/";
const head = "# Generated from the schemas in crds/*.ts by `make generate`; do not edit.\n";

/** A generated file: where it goes, and what must stand in it. */
export interface GeneratedFile {
  readonly url: URL;
  readonly content: string;
}

/** Every file that is generated from the schemas: each definition plain, and as a template of the chart. */
export function generatedFiles(): readonly GeneratedFile[] {
  return kinds.flatMap((kind) => {
    const [plural, ...group] = definitionName(kind).split(".");
    const fileName = `${group.join(".")}_${plural}.yaml`;
    return [
      { url: new URL(fileName, import.meta.url), content: plainYaml(kind) },
      { url: new URL(`${chartFolder}${fileName}`, import.meta.url), content: chartTemplate(kind) },
    ];
  });
}

function plainYaml(kind: Kind): string {
  return head + stringify(customResourceDefinition(kind), { lineWidth: 110 });
}

/** The definition with what Helm decides: whether to install it, and whether it outlives the release. */
function chartTemplate(kind: Kind): string {
  const name = `  name: ${definitionName(kind)}\n`;
  const keep =
    "  {{- if .Values.crds.keep }}\n  annotations:\n    helm.sh/resource-policy: keep\n  {{- end }}\n";
  const escaped = plainYaml(kind).replaceAll("{{", '{{ "{{" }}');
  return `{{- if .Values.crds.install }}\n${escaped.replace(name, () => name + keep)}{{- end }}\n`;
}

if (import.meta.main) {
  mkdirSync(new URL(chartFolder, import.meta.url), { recursive: true });
  for (const { url, content } of generatedFiles()) writeFileSync(url, content);
}
