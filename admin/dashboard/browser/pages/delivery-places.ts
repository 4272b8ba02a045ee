import type { MessageQueue } from "../answers.ts";
import { count, duration } from "../format.ts";
import { html, type Element } from "../html.ts";
import { codeName, t } from "../i18n.ts";
import type { Resource } from "../use-resource.ts";
import { Badge } from "../ui/badge.ts";
import { Loaded, Panel } from "../ui/page.ts";
import { Table, type Column } from "../ui/table.ts";

type Place = MessageQueue["places"][number];
type Oldest = MessageQueue["oldest"][number];

const linkTo = ({ period, generation, state, channel }: Place | Oldest): string =>
  `/messages?${new URLSearchParams({ period, generation: String(generation), state, channel }).toString()}`;

const placeColumns = (): readonly Column<Place>[] => [
  { name: t("common.period"), cell: ({ period, generation }) => `${period} · ${generation}` },
  { name: t("common.state"), cell: ({ state }) => html`<${Badge} code=${state} />` },
  { name: t("common.channel"), cell: ({ channel }) => codeName(channel) },
  { name: t("delivery.reason"), cell: ({ reason }) => codeName(reason) },
  {
    name: t("delivery.messages"),
    cell: (place) => html`<a href=${linkTo(place)}>${count(place.messages)}</a>`,
    numeric: true,
  },
];

const oldestColumns = (): readonly Column<Oldest>[] => [
  { name: t("common.state"), cell: ({ state }) => html`<${Badge} code=${state} />` },
  { name: t("common.channel"), cell: ({ channel }) => codeName(channel) },
  {
    name: t("delivery.messages"),
    cell: (row) => html`<a href=${linkTo(row)}>${count(row.messages)}</a>`,
    numeric: true,
  },
  {
    name: t("delivery.oldest"),
    numeric: true,
    cell: ({ oldest }) =>
      oldest === null || oldest.ageMs < 0
        ? "–"
        : html`<a href=${`/bills/${oldest.billId}`}>${duration(oldest.ageMs)}</a>`,
  },
];

/** Where messages stand by state, channel and reason; and what has been in an open state longest. */
export function PlacesPanel({ resource }: { resource: Resource<MessageQueue> }): Element {
  return html`<div class="columns">
    <${Panel} title=${t("delivery.places")}>
      <${Loaded} resource=${resource}
        >${(queue: MessageQueue) => html`<${Table} caption=${t("delivery.places")} columns=${placeColumns()} rows=${queue.places} />`}<//
      >
    <//>
    <${Panel} title=${t("delivery.oldest")}>
      <${Loaded} resource=${resource}
        >${(queue: MessageQueue) => html`<${Table} caption=${t("delivery.oldest")} columns=${oldestColumns()} rows=${queue.oldest} />`}<//
      >
    <//>
  </div>`;
}
