import { useEffect } from "preact/hooks";
import type { Lag } from "../answers.ts";
import { count } from "../format.ts";
import { html, type Element } from "../html.ts";
import { t } from "../i18n.ts";
import { useResource } from "../use-resource.ts";
import { Loaded, Panel } from "../ui/page.ts";
import { Table, type Column } from "../ui/table.ts";

const everyMs = 5_000;
type Topic = Lag["topics"][number];

/** What Kafka holds that consumers have not committed. */
export function LagPanel(): Element {
  const lag = useResource<Lag>("/lag");
  useEffect(() => {
    const timer = setInterval(lag.reload, everyMs);
    return () => clearInterval(timer);
  }, [lag.reload]);
  if (lag.problem?.status === 503) {
    return html`<${Panel} title=${t("delivery.lag")}><p class="empty">${t("delivery.noKafka")}</p><//>`;
  }
  const columns: readonly Column<Topic>[] = [
    { name: t("delivery.topic"), cell: ({ topic }) => html`<code>${topic}</code>` },
    { name: t("delivery.group"), cell: ({ group }) => group, minor: true },
    { name: t("delivery.lagCount"), cell: (topic) => count(topic.lag), numeric: true },
    { name: t("delivery.byPartition"), cell: ({ partitions }) => html`<${Bars} partitions=${partitions} />` },
  ];
  return html`<${Panel} title=${t("delivery.lag")}>
    <${Loaded} resource=${lag}
      >${(found: Lag) => html`<${Table} caption=${t("delivery.lag")} columns=${columns} rows=${found.topics} />`}<//
    >
  <//>`;
}

/** One small bar a partition; the numbers are in its label. */
function Bars({ partitions }: { partitions: Topic["partitions"] }): Element {
  const highest = Math.max(1, ...partitions.map(({ lag }) => lag));
  const said = partitions.map(({ partition, lag }) => `${partition}: ${lag}`).join(", ");
  return html`<span class="spark" role="img" aria-label=${said} title=${said}>
    ${partitions.map(({ lag }) => html`<span style=${{ height: `${Math.max((lag / highest) * 100, 6)}%` }} class=${lag > 0 ? "some" : ""}></span>`)}
  </span>`;
}
