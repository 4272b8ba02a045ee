import { useState } from "preact/hooks";
import type { Policies, Policy } from "../answers.ts";
import { instant } from "../format.ts";
import { html, type Element } from "../html.ts";
import { t } from "../i18n.ts";
import { useMay } from "../person.ts";
import { useResource } from "../use-resource.ts";
import { Badge } from "../ui/badge.ts";
import { Action } from "../ui/dialog.ts";
import { Field } from "../ui/form.ts";
import { Loaded, Page, Panel } from "../ui/page.ts";
import { Table, type Column } from "../ui/table.ts";

/** Policies: quiet hours, holidays, channels, retries. */
export function PoliciesPage(): Element {
  const policies = useResource<Policies>("/policies");
  const columns: readonly Column<Policies["policies"][number]>[] = [
    { name: t("common.name"), cell: ({ name }) => html`<a href=${`/policies/${name}`}>${name}</a>` },
    { name: t("policies.source"), cell: ({ source }) => t(`policies.${source}`) },
    { name: t("policies.changed"), cell: ({ updatedAt }) => instant(updatedAt) },
    { name: t("policies.generations"), cell: ({ generations }) => generations, numeric: true },
  ];
  return html`<${Page} title=${t("policies.title")}>
    <${Panel}>
      <${Loaded} resource=${policies}>
        ${({ policies: rows, writable }: Policies) =>
          html`<div>
            <${Table} caption=${t("policies.title")} columns=${columns} rows=${rows} />
            ${!writable && html`<p class="note">${t("policies.readOnly")}</p>`}
          </div>`}
      <//>
    <//>
  <//>`;
}

/** One policy, to look at and to change. */
export function PolicyPage({ name }: { name: string }): Element {
  const policy = useResource<Policy>(`/policies/${name}`);
  const policies = useResource<Policies>("/policies");
  const above = html`<p class="crumb"><a href="/policies">${t("policies.title")}</a></p>`;
  return html`<${Page} title=${t("policy.title", { name })} above=${above}>
    <${Loaded} resource=${policy}>
      ${(found: Policy) =>
        html`<div class="columns">
          <${EditPanel}
            key=${found.updatedAt}
            policy=${found}
            writable=${policies.value?.writable === true}
            onDone=${policy.reload}
          />
          <${UsedPanel} policy=${found} />
        </div>`}
    <//>
  <//>`;
}

interface EditProps {
  readonly policy: Policy;
  readonly writable: boolean;
  readonly onDone: () => void;
}

function EditPanel({ policy: { name, spec }, writable, onDone }: EditProps): Element {
  const [text, setText] = useState(JSON.stringify(spec, null, 2));
  const mayStore = useMay("operator") && writable;
  const { parsed, why } = parse(text);
  return html`<${Panel} title=${t("policy.spec")} note=${writable ? undefined : t("policies.readOnly")}>
    <${Field}
      label=${t("policy.quiet")}
      class="code"
      multiline
      rows="26"
      value=${text}
      onChange=${setText}
      disabled=${!mayStore}
      wrong=${why === undefined ? undefined : t("policy.notJson", { why })}
    />
    ${mayStore && html`<${Action} label=${t("policy.store")} method="PUT" path=${`/policies/${name}`} body=${{ spec: parsed }} says=${t("policy.storeSays")} tone="primary" disabled=${why !== undefined} onDone=${onDone} />`}
  <//>`;
}

function parse(text: string): { readonly parsed?: unknown; readonly why?: string } {
  try {
    return { parsed: JSON.parse(text) as unknown };
  } catch (error) {
    return { why: (error as Error).message };
  }
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
