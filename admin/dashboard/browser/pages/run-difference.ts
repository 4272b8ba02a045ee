import type { RunDifference, RunMover, RunReport } from "../answers.ts";
import { count, money } from "../format.ts";
import { html, type Element } from "../html.ts";
import { codeName, t } from "../i18n.ts";
import { useResource } from "../use-resource.ts";
import { Facts, Loaded, Panel } from "../ui/page.ts";
import { StackedBar } from "../ui/progress.ts";
import { ListTable, Table, type Column } from "../ui/table.ts";

interface OfRun {
  readonly name: string;
  /** Another result is another difference. */
  readonly digest: string;
}

/** How the result differs from what is, or was, live. */
export function DifferencePanel({ name, digest }: OfRun): Element {
  const difference = useResource<RunDifference>(`/runs/${name}/difference`);
  const { value } = difference;
  const note = value === undefined ? undefined : t("run.differenceTo", value.baseline);
  return html`<${Panel} title=${t("run.difference")} note=${note}>
    <${Loaded} resource=${difference}
      >${(found: RunDifference) => html`<${Differs} difference=${found} name=${name} key=${digest} />`}<//
    >
  <//>`;
}

function Differs({ difference, name }: { difference: RunDifference; name: string }): Element {
  const { currency, unchanged, changed, added, removed } = difference;
  const sign = (minor: string): Element =>
    html`<span class=${directionOf(minor)}
      >${directionOf(minor) === "up" ? "+" : ""}${money(minor, currency)}</span
    >`;
  const change = String(BigInt(difference.amountMinor) - BigInt(difference.baselineAmountMinor));
  const columns: readonly Column<RunMover>[] = [
    {
      name: t("run.account"),
      cell: ({ accountId }) => html`<a href=${`/members?account=${accountId}`}>${accountId}</a>`,
    },
    { name: t("run.before"), cell: ({ beforeMinor }) => money(beforeMinor, currency), numeric: true },
    { name: t("run.after"), cell: ({ afterMinor }) => money(afterMinor, currency), numeric: true },
    { name: t("run.change"), cell: ({ changeMinor }) => sign(changeMinor), numeric: true },
  ];
  return html`<div>
    <${Facts}
      rows=${[
        [t("run.before"), money(difference.baselineAmountMinor, currency)],
        [t("run.after"), money(difference.amountMinor, currency)],
        [t("run.change"), sign(change)],
        [t("run.raised"), money(difference.raisedMinor, currency)],
        [t("run.lowered"), money(difference.loweredMinor, currency)],
      ]}
    />
    <${StackedBar}
      label=${t("run.difference")}
      format=${count}
      segments=${[
        { name: t("run.unchanged"), value: unchanged, tone: "idle" },
        { name: t("run.changed"), value: changed, tone: "busy" },
        { name: t("run.added"), value: added, tone: "good" },
        { name: t("run.removed"), value: removed, tone: "warn" },
      ]}
    />
    <h3>${t("run.movers")}</h3>
    <${ListTable}
      caption=${t("run.movers")}
      path=${`/runs/${name}/movers`}
      query=${{ limit: 10 }}
      columns=${columns}
      csv
    />
  </div>`;
}

function directionOf(minor: string): "up" | "down" | "same" {
  if (BigInt(minor) === 0n) return "same";
  return minor.startsWith("-") ? "down" : "up";
}

/** What the result consists of: sums by item, what was held, what members will hear. */
export function ReportPanels({ name, digest }: OfRun): Element {
  const report = useResource<RunReport>(`/runs/${name}/report`);
  return html`<div class="columns">
    <${Panel} title=${t("run.items")}>
      <${Loaded} resource=${report}
        >${(found: RunReport) => html`<${Items} report=${found} key=${digest} />`}<//
      >
    <//>
    <${Panel} title=${t("run.heldReasons")}>
      <${Loaded} resource=${report}>${(found: RunReport) => html`<${Held} report=${found} />`}<//>
    <//>
  </div>`;
}

function Items({ report: { items, currency } }: { report: RunReport }): Element {
  const columns: readonly Column<RunReport["items"][number]>[] = [
    { name: t("run.code"), cell: ({ code }) => html`<code>${code}</code>` },
    { name: t("run.lines"), cell: (item) => count(item.items), numeric: true },
    { name: t("common.amount"), cell: ({ amountMinor }) => money(amountMinor, currency), numeric: true },
  ];
  return html`<${Table} caption=${t("run.items")} rows=${items} columns=${columns} />`;
}

function Held({ report: { held, messages } }: { report: RunReport }): Element {
  const columns: readonly Column<RunReport["held"][number]>[] = [
    { name: t("run.reason"), cell: ({ reason }) => codeName(reason) },
    { name: t("run.accounts"), cell: ({ accounts }) => count(accounts), numeric: true },
    {
      name: t("run.example"),
      cell: ({ exampleAccountId, exampleDetail }) =>
        html`<a href=${`/members?account=${exampleAccountId}`}>${exampleAccountId}</a> ${exampleDetail}`,
    },
  ];
  return html`<div>
    <${Table} caption=${t("run.heldReasons")} rows=${held} columns=${columns} />
    ${
      messages !== null &&
      html`<h3>${t("run.tells")}</h3>
        <${StackedBar}
          label=${t("run.tells")}
          format=${count}
          segments=${[
            { name: t("run.first"), value: messages.first, tone: "good" },
            { name: t("run.corrections"), value: messages.corrections, tone: "warn" },
            { name: t("run.undecided"), value: messages.undecided, tone: "wait" },
            { name: t("run.silent"), value: messages.none, tone: "idle" },
          ]}
        />`
    }
  </div>`;
}
