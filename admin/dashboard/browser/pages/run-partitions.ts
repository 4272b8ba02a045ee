import type { Run } from "../answers.ts";
import { count, money } from "../format.ts";
import { html, type Element } from "../html.ts";
import { codeName, t } from "../i18n.ts";
import { Badge } from "../ui/badge.ts";
import { Panel } from "../ui/page.ts";
import { Table, type Column } from "../ui/table.ts";

type Partition = Run["partitionGrid"][number];

/** So many have room beside the proof. */
const fewPartitions = 12;
const tones = { pending: "idle", running: "busy", done: "good", failed: "bad" } as const;

/** Partitions as a grid to look at, and as a table to read: of those that are neither done nor pending, or all. */
export function PartitionPanel({
  partitions,
  currency,
}: {
  partitions: readonly Partition[];
  currency: string;
}): Element {
  const counts = Object.entries(tones)
    .map(([state, tone]) => ({ state, tone, n: partitions.filter((each) => each.state === state).length }))
    .filter(({ n }) => n > 0);
  const done = partitions.filter(({ state }) => state === "done").length;
  const note = t("run.partitionsOf", { done, total: partitions.length });
  const striking = partitions.filter(
    ({ state, attempt }) => state === "failed" || state === "running" || attempt > 1,
  );
  const said = counts.map(({ state, n }) => `${n} ${codeName(state)}`).join(", ");
  return html`<${Panel} title=${t("run.partitions")} note=${note}>
    <div class="grid-of-partitions" role="img" aria-label=${said}>
      ${partitions.map((each) => html`<span class=${`cell tone-${tones[each.state]}`} title=${titleOf(each)}></span>`)}
    </div>
    <ul class="legend">
      ${counts.map(({ state, tone, n }) => html`<li class=${`tone-${tone}`}><span class="swatch"></span>${codeName(state)} <b>${n}</b></li>`)}
    </ul>
    ${striking.length > 0 && html`<${Table} caption=${t("run.partitions")} rows=${striking} columns=${columns(currency)} />`}
    <details open=${partitions.length <= fewPartitions}>
      <summary>${t("run.allPartitions")}</summary>
      <${Table} caption=${t("run.allPartitions")} rows=${partitions} columns=${columns(currency)} />
    </details>
  <//>`;
}

const titleOf = ({ index, state, members, seconds }: Partition): string =>
  `${index}: ${codeName(state)} · ${count(members)}${seconds === null ? "" : ` · ${seconds.toFixed(1)} s`}`;

const columns = (currency: string): readonly Column<Partition>[] => [
  { name: t("run.partition"), cell: ({ index }) => index, numeric: true },
  { name: t("common.state"), cell: ({ state }) => html`<${Badge} code=${state} tone=${tones[state]} />` },
  { name: t("run.attempt"), cell: ({ attempt }) => attempt, numeric: true },
  { name: t("run.accounts"), cell: ({ members }) => count(members), numeric: true },
  {
    name: t("common.amount"),
    cell: ({ amountMinor }) => money(amountMinor, currency),
    numeric: true,
    minor: true,
  },
  { name: t("run.seconds"), cell: ({ seconds }) => seconds?.toFixed(1) ?? "–", numeric: true },
  { name: t("run.error"), cell: ({ error }) => error ?? "" },
];
