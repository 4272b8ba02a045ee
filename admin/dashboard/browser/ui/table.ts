import { useEffect, useState } from "preact/hooks";
import { address, ApiProblem, read, type Query } from "../api.ts";
import { html, type Children, type Element } from "../html.ts";
import { t } from "../i18n.ts";
import { Problem } from "./page.ts";

/** One column: what stands over it and how a row is written in it. */
export interface Column<Row> {
  readonly name: string;
  readonly cell: (row: Row) => Children;
  /** Numbers stand right. */
  readonly numeric?: boolean;
  /** Left out where there is no room. */
  readonly minor?: boolean;
}

interface TableProps<Row> {
  readonly caption: string;
  readonly columns: readonly Column<Row>[];
  readonly rows: readonly Row[];
  readonly empty?: string;
}

/** A table that scrolls sideways by itself where it must. */
export function Table<Row>({ caption, columns, rows, empty }: TableProps<Row>): Element {
  if (rows.length === 0) return html`<p class="empty">${empty ?? t("common.none")}</p>`;
  const kind = ({ numeric, minor }: Column<Row>): string =>
    `${numeric === true ? "num" : ""} ${minor === true ? "minor" : ""}`;
  return html`<div class="table-frame" tabindex="0" role="region" aria-label=${caption}>
    <table>
      <caption class="unseen">
        ${caption}
      </caption>
      <thead>
        <tr>
          ${columns.map((column) => html`<th scope="col" class=${kind(column)}>${column.name}</th>`)}
        </tr>
      </thead>
      <tbody>
        ${rows.map(
          (row) =>
            html`<tr>
              ${columns.map((column) => html`<td class=${kind(column)}>${column.cell(row)}</td>`)}
            </tr>`,
        )}
      </tbody>
    </table>
  </div>`;
}

interface Pages<Row> {
  readonly rows: readonly Row[];
  readonly next: string | null;
  readonly problem?: ApiProblem | undefined;
  readonly loading: boolean;
}

interface ListProps<Row> {
  readonly caption: string;
  readonly path: string;
  readonly query?: Query;
  readonly columns: readonly Column<Row>[];
  readonly empty?: string;
  /** Raised to read the list anew. */
  readonly round?: number;
  /** Offers all rows as a file. */
  readonly csv?: boolean;
}

/** A list of the API, page after page below one another. */
export function ListTable<Row>(props: ListProps<Row>): Element {
  const { path, query = {}, round = 0 } = props;
  const [pages, setPages] = useState<Pages<Row>>({ rows: [], next: null, loading: true });
  const first = address(path, { limit: 50, ...query });
  const load = (at: string, before: readonly Row[], signal?: AbortSignal): void => {
    setPages((now) => ({ ...now, loading: true }));
    read<{ readonly items: readonly Row[]; readonly next: string | null }>(at, signal)
      .then(({ items, next }) => setPages({ rows: [...before, ...items], next, loading: false }))
      .catch((problem: unknown) => {
        if (problem instanceof ApiProblem) setPages({ rows: before, next: null, problem, loading: false });
      });
  };
  useEffect(() => {
    const stop = new AbortController();
    load(first, [], stop.signal);
    return () => stop.abort();
  }, [first, round]);
  const { rows, next, problem, loading } = pages;
  const more = (): void => load(address(path, { limit: 50, ...query, cursor: next }), rows);
  return html`<div aria-busy=${loading ? "true" : "false"}>
    <${Problem} problem=${problem} />
    ${
      loading && rows.length === 0
        ? html`<p class="loading">${t("common.loading")}</p>`
        : problem === undefined && html`<${Table} ...${props} rows=${rows} />`
    }
    <div class="below-table">
      <span class="note" aria-live="polite">${rows.length > 0 && t("common.rows", { n: rows.length })}</span>
      ${next !== null && html`<button type="button" onClick=${more} disabled=${loading}>${t("common.more")}</button>`}
      ${props.csv === true && html`<${CsvLink} path=${path} query=${query} />`}
    </div>
  </div>`;
}

function CsvLink({ path, query }: { path: string; query: Query }): Element {
  const save = async (): Promise<void> => {
    const response = await fetch(`/api/v1${address(path, query)}`, { headers: { Accept: "text/csv" } });
    if (!response.ok) return;
    const link = document.createElement("a");
    link.href = URL.createObjectURL(await response.blob());
    link.download = `${path.replaceAll("/", "-").slice(1)}.csv`;
    link.click();
    URL.revokeObjectURL(link.href);
  };
  return html`<button type="button" class="quiet" onClick=${() => void save()}>CSV</button>`;
}
