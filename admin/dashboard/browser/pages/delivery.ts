import { useState } from "preact/hooks";
import type { Channels, MessageQueue, SendResults } from "../answers.ts";
import { html, type Element } from "../html.ts";
import { codeName, t } from "../i18n.ts";
import { useReloadOn } from "../live.ts";
import { useResource } from "../use-resource.ts";
import { Chart, type Series } from "../ui/chart.ts";
import { Choice } from "../ui/form.ts";
import { LiveMark } from "../ui/live-mark.ts";
import { Loaded, Page, Panel } from "../ui/page.ts";
import { ChannelsPanel, HoldAction, HeldPanel } from "./delivery-channels.ts";
import { LagPanel } from "./delivery-lag.ts";
import { SendLog } from "./delivery-log.ts";
import { PlacesPanel } from "./delivery-places.ts";

/** What is being sent, how it goes, what waits. */
export function DeliveryPage(): Element {
  const [minutes, setMinutes] = useState("60");
  const sends = useResource<SendResults>(`/statistics/sends?bucketMinutes=${minutes}`);
  const queue = useResource<MessageQueue>("/messages/queue");
  const channels = useResource<Channels>("/channels");
  const reload = (): void => {
    sends.reload();
    queue.reload();
    channels.reload();
  };
  const { liveness } = useReloadOn("queue,sends,controls,breakers", reload, 2_000);
  const buckets = [
    ["1", t("delivery.minutes", { n: 1 })],
    ["10", t("delivery.minutes", { n: 10 })],
    ["60", t("delivery.hour")],
    ["1440", t("delivery.day")],
  ];
  const actions = html`<${LiveMark}
      liveness=${liveness}
    />${channels.value?.held === null && html`<${HoldAction} onDone=${reload} />`}`;
  return html`<${Page} title=${t("delivery.title")} actions=${actions}>
    <${HeldPanel} held=${channels.value?.held ?? null} onDone=${reload} />
    <div class="columns wide-first">
      <${Panel}
        title=${t("delivery.sends")}
        note=${sends.value?.period ?? undefined}
        actions=${html`<${Choice} label=${t("delivery.bucket")} value=${minutes} options=${buckets} onChange=${setMinutes} />`}
      >
        <${Loaded} resource=${sends}>${(found: SendResults) => html`<${SendsChart} results=${found} />`}<//>
      <//>
      <${SendLog} />
    </div>
    <${ChannelsPanel} resource=${channels} onDone=${reload} />
    <div class="columns">
      <${Panel} title=${t("delivery.queue")}>
        <${Loaded} resource=${queue}>${(found: MessageQueue) => html`<${DueChart} queue=${found} />`}<//>
      <//>
      <${LagPanel} />
    </div>
    <${PlacesPanel} resource=${queue} />
  <//>`;
}

const channelColors: Readonly<Record<string, string>> = { email: "chart-1", sms: "chart-2", push: "chart-3" };
const colorOf = (channel: string): string => channelColors[channel] ?? "chart-4";

/** Accepted by channel, and on top of them what failed. */
function SendsChart({ results: { buckets } }: { results: SendResults }): Element {
  const froms = [...new Set(buckets.map(({ from }) => from))].sort();
  const channels = [...new Set(buckets.map(({ channel }) => channel))].sort();
  const sumOf = (wanted: (bucket: SendResults["buckets"][number]) => boolean): number[] =>
    froms.map((from) =>
      buckets.filter((each) => each.from === from && wanted(each)).reduce((sum, { sends }) => sum + sends, 0),
    );
  const series: Series[] = channels.map((channel) => ({
    name: t("delivery.success", { channel: codeName(channel) }),
    color: colorOf(channel),
    values: sumOf((each) => each.channel === channel && each.outcome === "accepted"),
  }));
  series.push({
    name: t("delivery.failure"),
    color: "chart-bad",
    values: sumOf(({ outcome }) => outcome !== "accepted" && outcome !== "throttled"),
  });
  return html`<${Chart}
    label=${t("delivery.sends")}
    kind="bars"
    height=${230}
    times=${froms.map((from) => Date.parse(from) / 1_000)}
    series=${series}
  />`;
}

function DueChart({ queue: { due } }: { queue: MessageQueue }): Element {
  const hours = [...new Set(due.map(({ hour }) => hour))].sort();
  const channels = [...new Set(due.map(({ channel }) => channel))].sort();
  const series = channels.map((channel) => ({
    name: codeName(channel),
    color: colorOf(channel),
    values: hours.map((hour) =>
      due
        .filter((each) => each.hour === hour && each.channel === channel)
        .reduce((sum, { messages }) => sum + messages, 0),
    ),
  }));
  return html`<${Chart}
    label=${t("delivery.queue")}
    kind="bars"
    times=${hours.map((hour) => Date.parse(hour) / 1_000)}
    series=${series}
  />`;
}
