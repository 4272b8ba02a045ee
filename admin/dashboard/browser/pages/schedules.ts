import { useState } from "preact/hooks";
import type { ScheduleSummary } from "../answers.ts";
import { instant } from "../format.ts";
import { html, type Element } from "../html.ts";
import { t } from "../i18n.ts";
import { useMay } from "../person.ts";
import { Badge } from "../ui/badge.ts";
import { Action } from "../ui/dialog.ts";
import { Field } from "../ui/form.ts";
import { Page, Panel } from "../ui/page.ts";
import { ListTable, type Column } from "../ui/table.ts";

/** Schedules that start runs. */
export function SchedulesPage(): Element {
  const [round, setRound] = useState(0);
  const mayOrder = useMay("operator");
  const again = (): void => setRound((before) => before + 1);
  const columns: readonly Column<ScheduleSummary>[] = [
    { name: t("common.name"), cell: ({ name }) => name },
    {
      name: t("common.state"),
      cell: ({ suspended }) =>
        html`<${Badge} code=${suspended ? "Suspended" : "Active"} tone=${suspended ? "warn" : "good"} />`,
    },
    {
      name: t("schedules.when"),
      cell: ({ schedule, timeZone }) => html`<code>${schedule}</code> ${timeZone}`,
    },
    { name: t("schedules.next"), cell: ({ nextScheduleTime }) => instant(nextScheduleTime) },
    {
      name: t("schedules.lastGood"),
      cell: ({ lastSuccessfulTime }) => instant(lastSuccessfulTime),
      minor: true,
    },
    {
      name: t("schedules.active"),
      cell: ({ active }) => active.map(({ name }) => html`<a href=${`/runs/${name}`}>${name}</a> `),
    },
    { name: t("schedules.missed"), cell: ({ missed }) => missed, numeric: true },
    {
      name: t("common.actions"),
      cell: (schedule) => mayOrder && html`<${ScheduleActions} schedule=${schedule} onDone=${again} />`,
    },
  ];
  return html`<${Page} title=${t("schedules.title")}>
    <${Panel}>
      <${ListTable}
        caption=${t("schedules.title")}
        path="/schedules"
        columns=${columns}
        round=${round}
        empty=${t("schedules.none")}
      />
    <//>
  <//>`;
}

function ScheduleActions({ schedule, onDone }: { schedule: ScheduleSummary; onDone: () => void }): Element {
  const [period, setPeriod] = useState("");
  const path = `/schedules/${schedule.name}`;
  const turn = schedule.suspended ? "resume" : "suspend";
  return html`<span class="cell-actions">
    <${Action}
      label=${t(`schedules.${turn}`)}
      path=${`${path}/${turn}`}
      says=${t(`schedules.${turn}Says`)}
      reason="optional"
      onDone=${onDone}
    />
    <${Action}
      label=${t("schedules.runNow")}
      path=${`${path}/run-now`}
      body=${period === "" ? {} : { period }}
      says=${t("schedules.runNowSays")}
      reason="optional"
      tone="primary"
      onDone=${onDone}
    >
      <${Field} label=${t("common.period")} type="month" value=${period} onChange=${setPeriod} />
    <//>
  </span>`;
}
