import { useState } from "preact/hooks";
import type { KeptOrder, Message } from "../answers.ts";
import { count, instant } from "../format.ts";
import { html, type Element } from "../html.ts";
import { codeName, t, type Word } from "../i18n.ts";
import { useMay } from "../person.ts";
import { setQuery, useLocation } from "../router.ts";
import type { NotificationRow } from "../../../../notification/notification-row.ts";
import { Badge } from "../ui/badge.ts";
import { Action } from "../ui/dialog.ts";
import { Field, Select } from "../ui/form.ts";
import { Page, Panel } from "../ui/page.ts";
import { ListTable, type Column } from "../ui/table.ts";

// In the order of a life; a state too few or too many does not compile.
const states = Object.keys({
  ...{
    SCHEDULED: 0,
    QUEUED: 0,
    SENDING: 0,
    UNKNOWN: 0,
    SENT: 0,
    DELIVERED: 0,
    DEAD: 0,
    CANCELLED: 0,
    SUPERSEDED: 0,
  },
} satisfies Record<NotificationRow["state"], 0>);
const channels = ["email", "sms", "push"];

const columns = (): readonly Column<Message>[] => [
  { name: t("delivery.bill"), cell: ({ billId }) => html`<a href=${`/bills/${billId}`}>${billId}</a>` },
  {
    name: t("messages.member"),
    cell: ({ memberId }) => html`<a href=${`/members/${memberId}`}>${memberId}</a>`,
    minor: true,
  },
  { name: t("common.state"), cell: ({ state }) => html`<${Badge} code=${state} />` },
  { name: t("common.channel"), cell: ({ channel }) => codeName(channel) },
  { name: t("delivery.reason"), cell: ({ reason }) => codeName(reason) },
  { name: t("messages.attempt"), cell: ({ attempt }) => attempt, numeric: true, minor: true },
  { name: t("messages.due"), cell: ({ dueAt }) => instant(dueAt) },
];

/** Messages of one generation, by where they stand. */
export function MessagesPage(): Element {
  const { query } = useLocation();
  const names = ["period", "generation", "state", "channel", "reason"] as const;
  const filter = Object.fromEntries(names.map((name) => [name, query.get(name) ?? ""])) as Record<
    (typeof names)[number],
    string
  >;
  const set = (name: string) => (value: string) => setQuery({ [name]: value });
  const options = (codes: readonly string[]): readonly (readonly [string, string])[] => [
    ["", t("common.all")],
    ...codes.map((code) => [code, codeName(code)] as const),
  ];
  return html`<${Page} title=${t("messages.title")}>
    <${OrdersPanel} />
    <${Panel}>
      <div class="filters">
        <${Field} label=${t("common.period")} type="month" value=${filter.period} onChange=${set("period")} />
        <${Select}
          label=${t("common.state")}
          value=${filter.state}
          options=${options(states)}
          onChange=${set("state")}
        />
        <${Select}
          label=${t("common.channel")}
          value=${filter.channel}
          options=${options(channels)}
          onChange=${set("channel")}
        />
        <${Field}
          label=${t("delivery.reason")}
          value=${filter.reason}
          placeholder="quiet-hours"
          onChange=${set("reason")}
        />
      </div>
      <${ListTable}
        caption=${t("messages.title")}
        path="/messages"
        query=${filter}
        columns=${columns()}
        empty=${t("messages.none")}
        csv
      />
    <//>
  <//>`;
}

const orderWords: Readonly<Record<string, Word>> = {
  force: "order.force",
  reserve: "order.reserve",
  redrive: "dead.redrive",
  convert: "order.convert",
  resend: "order.resend",
  cancel: "order.cancel",
};

/** What the button of the order says. */
function orderName(kind: string): string {
  const word = orderWords[kind];
  return word === undefined ? kind : t(word);
}

/** Large orders that somebody else has to carry out. */
function OrdersPanel(): Element {
  const [round, setRound] = useState(0);
  const mayApprove = useMay("approver");
  const mayOrder = useMay("operator");
  const again = (): void => setRound((before) => before + 1);
  const orderColumns: readonly Column<KeptOrder>[] = [
    { name: t("messages.order"), cell: ({ kind }) => orderName(kind) },
    { name: t("delivery.messages"), cell: ({ foreseen }) => count(foreseen.moved), numeric: true },
    { name: t("messages.maker"), cell: ({ maker }) => maker },
    { name: t("common.detail"), cell: ({ reason }) => reason },
    { name: t("common.time"), cell: ({ createdAt }) => instant(createdAt), minor: true },
    {
      name: "",
      cell: ({ id, foreseen, maker, reason }) =>
        html`<span class="cell-actions">
          ${mayApprove && html`<${Action} label=${t("messages.approve")} path=${`/orders/${id}/approve`} says=${t("messages.approveSays", { n: count(foreseen.moved), maker, reason })} reason="optional" tone="primary" onDone=${again} />`}
          ${mayOrder && html`<${Action} label=${t("messages.withdraw")} path=${`/orders/${id}/withdraw`} says=${t("messages.withdrawSays")} reason="optional" onDone=${again} />`}
        </span>`,
    },
  ];
  return html`<${Panel} title=${t("messages.orders")}>
    <${ListTable}
      caption=${t("messages.orders")}
      path="/orders"
      query=${{ pending: true }}
      columns=${orderColumns}
      round=${round}
    />
  <//>`;
}
