import type { Channels, RunSummary } from "../answers.ts";
import { html, type Element } from "../html.ts";
import { codeName, t } from "../i18n.ts";
import { count } from "../format.ts";
import { useReloadOn, type TopicValues } from "../live.ts";
import { useResource } from "../use-resource.ts";
import { attentionOf, type Attention } from "./attention.ts";
import { Badge, toneOf } from "../ui/badge.ts";
import { LiveMark } from "../ui/live-mark.ts";
import { Page, Panel } from "../ui/page.ts";
import { Meter, StackedBar } from "../ui/progress.ts";
import { Table, type Column } from "../ui/table.ts";

type Standing = TopicValues["runs"][number];

interface Listed<Item> {
  readonly items: readonly Item[];
}

/** What needs somebody, what is going on. */
export function OverviewPage(): Element {
  const runs = useResource<Listed<RunSummary>>("/runs?limit=20");
  const channels = useResource<Channels>("/channels");
  const orders = useResource<Listed<unknown>>("/orders?pending=true");
  const adjustments = useResource<Listed<unknown>>("/adjustments?state=pending");
  const reload = (): void => [runs, channels, orders, adjustments].forEach((each) => each.reload());
  const { liveness, values } = useReloadOn("runs,queue,controls,breakers", reload, 2_000);
  const items = attentionOf({
    ...values,
    listed: runs.value?.items,
    channels: channels.value?.channels,
    pendingOrders: orders.value?.items.length,
    pendingAdjustments: adjustments.value?.items.length,
  });
  const isKnown = values.runs !== undefined && runs.value !== undefined;
  return html`<${Page} title=${t("overview.title")} actions=${html`<${LiveMark} liveness=${liveness} />`}>
    <${Panel} title=${t("overview.attention")}><${AttentionList} items=${items} known=${isKnown} /><//>
    <div class="columns">
      <${Panel} title=${t("overview.messages")}><${Queue} sums=${values.queue ?? []} /><//>
      <${Panel} title=${t("overview.recent")}>
        <${Table} caption=${t("overview.recent")} columns=${runColumns()} rows=${values.runs ?? []} />
      <//>
    </div>
  <//>`;
}

/** What needs somebody, the gravest first. */
function AttentionList({ items, known }: { items: readonly Attention[]; known: boolean }): Element {
  if (items.length === 0)
    return html`<p class="empty">${known ? t("overview.calm") : t("common.loading")}</p>`;
  return html`<ul class="attention">
    ${items.map(
      ({ tone, text, note, to }) =>
        html`<li class=${`tone-${tone}`}>
          <span class="mark" aria-hidden="true"></span>
          <b>${text}</b>
          ${to === undefined ? html`<span></span>` : html`<a href=${to}>${t("common.view")}<span class="unseen"> ${text}</span></a>`}
          ${note !== undefined && html`<span class="note">${note}</span>`}
        </li>`,
    )}
  </ul>`;
}

const runColumns = (): readonly Column<Standing>[] => [
  { name: t("run.name"), cell: ({ run }) => html`<a href=${`/runs/${run}`}>${run}</a>` },
  { name: t("common.period"), cell: ({ period }) => period, minor: true },
  { name: t("common.generation"), cell: ({ generation }) => generation, numeric: true },
  { name: t("common.state"), cell: ({ state }) => html`<${Badge} code=${state} />` },
  {
    name: t("run.partitions"),
    cell: ({ partitions: { done, running, failed }, run, total }) => {
      return html`<${Meter}
        label=${`${run}: ${t("run.partitions")}`}
        done=${done}
        total=${total}
        text=${`${done}/${total}${running + failed > 0 ? ` · ${running} ${codeName("running")} · ${failed} ${codeName("failed")}` : ""}`}
      />`;
    },
  },
];

/** Messages of each channel by state. */
function Queue({ sums }: { sums: TopicValues["queue"] }): Element {
  const channels = [...new Set(sums.map(({ channel }) => channel))];
  if (channels.length === 0) return html`<p class="empty">${t("overview.noMessages")}</p>`;
  return html`<div>
    ${channels.map((channel) => {
      const own = sums.filter((sum) => sum.channel === channel);
      const segments = own.map(({ state, messages }) => ({
        name: codeName(state),
        value: messages,
        tone: toneOf(state),
      }));
      const total = own.reduce((before, { messages }) => before + messages, 0);
      return html`<h3>${codeName(channel)} <span class="note">${count(total)}</span></h3>
        <${StackedBar} label=${codeName(channel)} segments=${segments} format=${count} />`;
    })}
  </div>`;
}
