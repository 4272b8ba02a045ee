import { count, duration, instant } from "../format.ts";
import { html, type Element } from "../html.ts";
import { t } from "../i18n.ts";
import { setQuery, useLocation } from "../router.ts";
import { Badge } from "../ui/badge.ts";
import { Check, Field } from "../ui/form.ts";
import { Page, Panel } from "../ui/page.ts";
import { ListTable, type Column } from "../ui/table.ts";

interface Batch {
  readonly job: string;
  readonly period: string | null;
  readonly generation: number | null;
  readonly partitionIndex: number | null;
  readonly startedAt: string;
  readonly seconds: number;
  readonly total: number;
  readonly succeeded: number;
  readonly failed: number;
  readonly state: string;
  readonly errorCode: string | null;
  readonly detail: string;
}

const columns = (): readonly Column<Batch>[] => [
  {
    name: t("batches.job"),
    cell: ({ job, failed, state }) =>
      html`<${Badge} code=${job} text=${job} tone=${failed > 0 || state === "failed" ? "bad" : "good"} />`,
  },
  {
    name: t("common.period"),
    cell: ({ period, generation }) => [period ?? "–", generation].filter((each) => each !== null).join(" · "),
  },
  {
    name: t("run.partition"),
    cell: ({ partitionIndex }) => partitionIndex ?? "–",
    numeric: true,
    minor: true,
  },
  { name: t("run.started"), cell: ({ startedAt }) => instant(startedAt, true) },
  { name: t("run.seconds"), cell: ({ seconds }) => duration(seconds * 1_000), numeric: true },
  { name: t("batches.total"), cell: ({ total }) => count(total), numeric: true },
  { name: t("batches.succeeded"), cell: ({ succeeded }) => count(succeeded), numeric: true, minor: true },
  { name: t("batches.failed"), cell: ({ failed }) => count(failed), numeric: true },
  { name: t("common.detail"), cell: ({ errorCode, detail }) => errorCode ?? detail, minor: true },
];

/** The log of every batch, newest first. */
export function BatchesPage(): Element {
  const { query } = useLocation();
  const [job, period, failed] = ["job", "period", "failed"].map((name) => query.get(name) ?? "");
  return html`<${Page} title=${t("batches.title")}>
    <${Panel}>
      <div class="filters">
        <${Field}
          label=${t("batches.job")}
          value=${job}
          placeholder="settle"
          onChange=${(value: string) => setQuery({ job: value })}
        />
        <${Field}
          label=${t("common.period")}
          type="month"
          value=${period}
          onChange=${(value: string) => setQuery({ period: value })}
        />
        <${Check}
          label=${t("batches.onlyFailed")}
          value=${failed === "true"}
          onChange=${(value: boolean) => setQuery({ failed: value ? "true" : "" })}
        />
      </div>
      <${ListTable}
        caption=${t("batches.title")}
        path="/batches"
        query=${{ job, period, failed }}
        columns=${columns()}
        csv
      />
    <//>
  <//>`;
}
