import { html, type Element } from "../html.ts";
import { t } from "../i18n.ts";
import { instant } from "../format.ts";
import { setQuery, useLocation } from "../router.ts";
import { Field } from "../ui/form.ts";
import { Page, Panel } from "../ui/page.ts";
import { ListTable, type Column } from "../ui/table.ts";

interface AuditEntry {
  readonly id: number;
  readonly at: string;
  readonly actor: string;
  readonly action: string;
  readonly subject: string;
  readonly detail: unknown;
}

const columns = (): readonly Column<AuditEntry>[] => [
  { name: t("common.time"), cell: ({ at }) => html`<time datetime=${at}>${instant(at, true)}</time>` },
  { name: t("audit.actor"), cell: ({ actor }) => actor },
  { name: t("audit.action"), cell: ({ action }) => html`<code>${action}</code>` },
  { name: t("audit.subject"), cell: ({ subject }) => subject },
  { name: t("common.detail"), minor: true, cell: ({ detail }) => html`<${Detail} value=${detail} />` },
];

function Detail({ value }: { value: unknown }): Element {
  const text = JSON.stringify(value);
  if (text === "{}") return html`<span></span>`;
  if (text.length <= 80) return html`<code>${text}</code>`;
  return html`<details>
    <summary>${text.slice(0, 60)} …</summary>
    <pre>${JSON.stringify(value, null, 2)}</pre>
  </details>`;
}

/** Who did what, newest first. */
export function AuditPage(): Element {
  const { query } = useLocation();
  const actor = query.get("actor") ?? "";
  const action = query.get("action") ?? "";
  return html`<${Page} title=${t("audit.title")}>
    <${Panel}>
      <div class="filters">
        <${Field}
          label=${t("audit.actor")}
          value=${actor}
          onChange=${(value: string) => setQuery({ actor: value })}
        />
        <${Field}
          label=${t("audit.action")}
          value=${action}
          placeholder="run.approve"
          onChange=${(value: string) => setQuery({ action: value })}
        />
      </div>
      <${ListTable}
        caption=${t("audit.title")}
        path="/audit"
        query=${{ actor, action }}
        columns=${columns()}
        csv
      />
    <//>
  <//>`;
}
