import type { Phase } from "../../../../crds/billing-run-status.ts";
import type { RunSummary } from "../answers.ts";
import { count, instant, money } from "../format.ts";
import { html, type Element } from "../html.ts";
import { codeName, t } from "../i18n.ts";
import { useReloadOn } from "../live.ts";
import { useMay } from "../person.ts";
import { setQuery, useLocation } from "../router.ts";
import { Badge } from "../ui/badge.ts";
import { Field, Select } from "../ui/form.ts";
import { LiveMark } from "../ui/live-mark.ts";
import { Page, Panel } from "../ui/page.ts";
import { ListTable, type Column } from "../ui/table.ts";
import { useState } from "preact/hooks";

// In the order of a run; a phase too few or too many does not compile.
const phases = Object.keys({
  Pending: 0,
  Preparing: 0,
  Settling: 0,
  Verifying: 0,
  AwaitingApproval: 0,
  Promoting: 0,
  AwaitingRelease: 0,
  Reserved: 0,
  Delivering: 0,
  Suspended: 0,
  Cancelling: 0,
  Cancelled: 0,
  Superseded: 0,
  Failed: 0,
  Completed: 0,
} satisfies Record<Phase, 0>);

const columns = (): readonly Column<RunSummary>[] => [
  { name: t("run.name"), cell: ({ name }) => html`<a href=${`/runs/${name}`}>${name}</a>` },
  { name: t("common.period"), cell: ({ period }) => period },
  { name: t("runs.phase"), cell: ({ phase }) => html`<${Badge} code=${phase ?? "Pending"} />` },
  { name: t("run.progress"), cell: ({ progress }) => progress, numeric: true },
  { name: t("run.billed"), cell: ({ members }) => count(members?.billed), numeric: true },
  { name: t("run.held"), cell: ({ members }) => count(members?.held), numeric: true, minor: true },
  {
    name: t("common.amount"),
    cell: ({ totals }) => (totals === null ? "–" : money(totals.amountMinor, totals.currency)),
    numeric: true,
  },
  {
    name: t("run.started"),
    cell: ({ startTime, createdAt }) => instant(startTime ?? createdAt),
    minor: true,
  },
  { name: t("common.detail"), cell: ({ message }) => message, minor: true },
];

/** Every run, the newest first. */
export function RunsPage(): Element {
  const { query } = useLocation();
  const [round, setRound] = useState(0);
  const { liveness } = useReloadOn("runs", () => setRound((before) => before + 1), 2_000);
  const mayStart = useMay("operator");
  const period = query.get("period") ?? "";
  const phase = query.get("phase") ?? "";
  const start = mayStart && html`<a class="button primary" href="/start">${t("runs.start")}</a>`;
  const options = [["", t("common.all")], ...phases.map((each) => [each, codeName(each)])];
  return html`<${Page} title=${t("runs.title")} actions=${html`<${LiveMark} liveness=${liveness} />${start}`}>
    <${Panel}>
      <div class="filters">
        <${Field}
          label=${t("common.period")}
          type="month"
          value=${period}
          onChange=${(value: string) => setQuery({ period: value })}
        />
        <${Select}
          label=${t("runs.phase")}
          value=${phase}
          options=${options}
          onChange=${(value: string) => setQuery({ phase: value })}
        />
      </div>
      <${ListTable}
        caption=${t("runs.title")}
        path="/runs"
        query=${{ period, phase }}
        columns=${columns()}
        round=${round}
        empty=${t("runs.none")}
        csv
      />
    <//>
  <//>`;
}
