import type { Policies } from "../answers.ts";
import { instant } from "../format.ts";
import { html, type Element } from "../html.ts";
import { t } from "../i18n.ts";
import { useResource } from "../use-resource.ts";
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
