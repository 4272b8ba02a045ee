import type { Policies, Policy } from "../answers.ts";
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
  const policies = useResource<Policies>("/policies");
  const mayChange = useMay("operator");
  const above = html`<p class="crumb"><a href="/policies">${t("policies.title")}</a></p>`;
  const whole = (found: Policy, writable: boolean): Element =>
    html`<div>
      <p class="note policy-kept">
        ${kept(found)} ${!writable ? t("policies.readOnly") : !mayChange && t("policy.mayNot")}
      </p>
      <${PolicyForm}
        key=${found.name}
        policy=${found}
        mayStore=${mayChange && writable}
        onStored=${policy.reload}
      />
      <${UsedPanel} policy=${found} />
    </div>`;
  return html`<${Page} title=${t("policy.title", { name })} above=${above}>
    <${Loaded} resource=${policies}>
      ${(list: Policies) => html`<${Loaded} resource=${policy}>${(found: Policy) => whole(found, list.writable)}<//>`}
    <//>
  <//>`;
}

function kept({ source, updatedAt }: Policy): string {
  return source === "built-in" ? t("policy.keptBuiltIn") : t("policy.keptStored", { at: instant(updatedAt) });
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
