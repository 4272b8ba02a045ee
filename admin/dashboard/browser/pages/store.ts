import { useEffect } from "preact/hooks";
import type { StoreState } from "../answers.ts";
import { ago, count } from "../format.ts";
import { html, type Element } from "../html.ts";
import { t } from "../i18n.ts";
import { useResource } from "../use-resource.ts";
import { Facts, Figure, Loaded, Page, Panel } from "../ui/page.ts";
import { Table, type Column } from "../ui/table.ts";

const everyMs = 15_000;

/** `1.2 GB`. */
function size(bytes: number): string {
  const units = ["B", "kB", "MB", "GB", "TB"];
  const power = Math.min(Math.floor(Math.log10(Math.max(bytes, 1)) / 3), units.length - 1);
  return `${(bytes / 1_000 ** power).toFixed(power === 0 ? 0 : 1)} ${units[power] ?? ""}`;
}

/** State of the database, which is the store of deduplication and retries too. */
export function StorePage(): Element {
  const store = useResource<StoreState>("/store");
  useEffect(() => {
    const timer = setInterval(store.reload, everyMs);
    return () => clearInterval(timer);
  }, [store.reload]);
  return html`<${Page} title=${t("store.title")}>
    <${Loaded} resource=${store}>${(found: StoreState) => html`<${Whole} store=${found} />`}<//>
  <//>`;
}

function Whole({ store }: { store: StoreState }): Element {
  const { outbox, commands, connections, wal } = store;
  const used = connections.reduce((sum, each) => sum + each.connections, 0);
  const tables: readonly Column<StoreState["tables"][number]>[] = [
    { name: t("store.table"), cell: ({ table }) => html`<code>${table}</code>` },
    { name: t("store.bytes"), cell: ({ bytes }) => size(bytes), numeric: true },
    { name: t("store.rows"), cell: ({ rowsAbout }) => count(rowsAbout), numeric: true },
    { name: t("store.leaves"), cell: ({ leaves }) => count(leaves), numeric: true, minor: true },
  ];
  const processes: readonly Column<StoreState["connections"][number]>[] = [
    { name: t("store.application"), cell: ({ application }) => application || "–" },
    { name: t("store.connections"), cell: (row) => count(row.connections), numeric: true },
  ];
  return html`<div>
    <div class="figures">
      <${Figure}
        name=${t("store.size")}
        value=${size(store.databaseBytes)}
        note=${`${t("store.schema")} ${store.schemaVersion}`}
      />
      <${Figure}
        name=${t("store.outbox")}
        value=${count(outbox.openBatches)}
        note=${outbox.oldestAt === null ? undefined : t("store.oldest", { ago: ago(outbox.oldestAt) })}
      />
      <${Figure}
        name=${t("store.commands")}
        value=${count(commands.lastDay)}
        note=${t("store.running", { n: count(commands.running) })}
      />
      <${Figure}
        name=${t("store.connections")}
        value=${count(used)}
        note=${t("store.of", { n: count(store.maxConnections) })}
      />
    </div>
    <div class="columns wide-first">
      <${Panel} title=${t("store.tables")}
        ><${Table} caption=${t("store.tables")} columns=${tables} rows=${store.tables}
      /><//>
      <${Panel} title=${t("store.connections")}>
        <${Table} caption=${t("store.connections")} columns=${processes} rows=${connections} />
        <${Facts}
          rows=${[
            [t("store.wal"), html`<code>${wal.position ?? "–"}</code> (${wal.timeline})`],
            [t("store.sessions"), count(store.sessions)],
          ]}
        />
      <//>
    </div>
  </div>`;
}
