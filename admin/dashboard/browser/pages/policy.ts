import type { Policy } from "../answers.ts";
import { instant } from "../format.ts";
import { html, type Element } from "../html.ts";
import { t } from "../i18n.ts";
import { useMay } from "../person.ts";
import { useResource } from "../use-resource.ts";
import { Badge } from "../ui/badge.ts";
import { Loaded, Page, Panel } from "../ui/page.ts";
import { Table, type Column } from "../ui/table.ts";
import { PolicyForm } from "./policy-form.ts";

/** One policy, to look at and to change. */
export function PolicyPage({ name }: { name: string }): Element {
  const policy = useResource<Policy>(`/policies/${name}`);
  const mayChange = useMay("operator");
  const above = html`<p class="crumb"><a href="/policies">${t("policies.title")}</a></p>`;
  const whole = (found: Policy): Element =>
    html`<div>
      <p class="note policy-kept">
        ${kept(found)} ${!found.writable ? t("policies.readOnly") : !mayChange && t("policy.mayNot")}
      </p>
      <${PolicyForm}
        key=${found.name}
        policy=${found}
        mayStore=${mayChange && found.writable}
        onStored=${policy.reload}
      />
      <${UsedPanel} policy=${found} />
    </div>`;
  return html`<${Page} title=${t("policy.title", { name })} above=${above}>
    <${Loaded} resource=${policy}>${whole}<//>
  <//>`;
}

function kept({ source, updatedAt, alsoWrittenBy }: Policy): string {
  if (source === "built-in") return t("policy.keptBuiltIn");
  const stored = t("policy.keptStored", { at: instant(updatedAt) });
  return alsoWrittenBy.length === 0
    ? stored
    : `${stored} ${t("policy.alsoWrittenBy", { who: alsoWrittenBy.join(", ") })}`;
}

function UsedPanel({ policy: { usedBy } }: { policy: Policy }): Element {
  const columns: readonly Column<Policy["usedBy"][number]>[] = [
    { name: t("run.name"), cell: ({ run }) => html`<a href=${`/runs/${run}`}>${run}</a>` },
    { name: t("common.period"), cell: ({ period, generation }) => `${period} · ${generation}` },
    { name: t("common.state"), cell: ({ state }) => html`<${Badge} code=${state} />` },
  ];
  return html`<${Panel} title=${t("policy.usedBy")}
    ><${Table} caption=${t("policy.usedBy")} columns=${columns} rows=${usedBy}
  /><//>`;
}
