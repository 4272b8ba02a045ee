import type { Policies } from "../answers.ts";
import { instant } from "../format.ts";
import { html, type Element } from "../html.ts";
import { t } from "../i18n.ts";
import { useMay } from "../person.ts";
import { useResource } from "../use-resource.ts";
import { Loaded, Page, Panel } from "../ui/page.ts";
import { Table, type Column } from "../ui/table.ts";
import { NewPolicy } from "./policy-new.ts";

type Listed = Policies["policies"][number];

/** Policies: quiet hours, holidays, channels, retries. */
export function PoliciesPage(): Element {
  const policies = useResource<Policies>("/policies");
  const mayChange = useMay("operator") && policies.value?.writable === true;
  const columns: readonly Column<Listed>[] = [
    { name: t("common.name"), cell: nameOf },
    { name: t("policies.source"), cell: ({ source }) => t(`policies.${source}`) },
    { name: t("policies.changed"), cell: ({ updatedAt }) => instant(updatedAt) },
    { name: t("policies.generations"), cell: ({ generations }) => generations, numeric: true },
  ];
  const actions = mayChange && html`<${NewPolicy} listed=${policies.value.policies} />`;
  return html`<${Page} title=${t("policies.title")} actions=${actions}>
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

function nameOf({ name, source }: Listed): Element | string {
  return source === "referenced" ? name : html`<a href=${`/policies/${name}`}>${name}</a>`;
}
