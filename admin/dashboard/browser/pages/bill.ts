import { useState } from "preact/hooks";
import type { Bill, BillExplanation, RenderedMessage } from "../answers.ts";
import { money, shortDigest } from "../format.ts";
import { html, type Element } from "../html.ts";
import { t } from "../i18n.ts";
import { useReloadOn } from "../live.ts";
import { useResource } from "../use-resource.ts";
import { Badge } from "../ui/badge.ts";
import { Choice } from "../ui/form.ts";
import { Facts, Figure, Loaded, Page, Panel } from "../ui/page.ts";
import { Table, type Column } from "../ui/table.ts";
import { BillActions } from "./bill-actions.ts";
import { BillTimelinePanel } from "./bill-timeline.ts";

/** One bill: what it says, why, and what became of its message. */
export function BillPage({ id }: { id: string }): Element {
  const bill = useResource<Bill>(`/bills/${id}`);
  const [round, setRound] = useState(0);
  const again = (): void => {
    bill.reload();
    setRound((before) => before + 1);
  };
  useReloadOn("queue,sends", again, 2_000);
  const { value } = bill;
  const above =
    value !== undefined &&
    html`<p class="crumb">
      <a href=${`/members/${value.memberId}`}>${t("member.title", { id: value.memberId })}</a>
    </p>`;
  const actions = value !== undefined && html`<${BillActions} bill=${value} onDone=${again} />`;
  return html`<${Page} title=${t("bill.title", { id })} above=${above} actions=${actions}>
    <${Loaded} resource=${bill}>
      ${(found: Bill) =>
        html`<div>
          <${Figures} bill=${found} />
          <div class="columns">
            <${BillTimelinePanel} id=${id} round=${round} />
            <${RenderedPanel} id=${id} />
          </div>
          <${ExplanationPanel} id=${id} />
          <${AboutPanel} bill=${found} />
        </div>`}
    <//>
  <//>`;
}

function Figures({ bill }: { bill: Bill }): Element {
  const { currency, message } = bill;
  return html`<div class="figures">
    <${Figure}
      name=${t("bill.total")}
      value=${money(bill.totalMinor, currency)}
      note=${`${t("bill.tax")} ${money(bill.taxMinor, currency)}`}
    />
    <${Figure} name=${t("common.state")} value=${html`<${Badge} code=${bill.state} />`} note=${bill.period} />
    <${Figure}
      name=${t("bill.message")}
      value=${message === null ? "–" : html`<${Badge} code=${message.state} />`}
      note=${message === null ? t("bill.noMessage") : undefined}
    />
    <${Figure} name=${t("bill.due")} value=${bill.dueOn} />
  </div>`;
}

type Line = BillExplanation["lines"][number];

function ExplanationPanel({ id }: { id: string }): Element {
  const explanation = useResource<BillExplanation>(`/bills/${id}/explanation`);
  const { value } = explanation;
  const note = value === undefined ? undefined : t(value.replayed ? "bill.replayed" : "bill.notReplayed");
  const columns = (currency: string): readonly Column<Line>[] => [
    { name: "#", cell: ({ line }) => line, numeric: true },
    {
      name: t("bill.item"),
      cell: ({ label, code }) => html`${label}<span class="fine"><code>${code}</code></span>`,
    },
    {
      name: t("bill.arithmetic"),
      cell: ({ arithmetic, rule }) => html`<span title=${rule}>${arithmetic}</span>`,
    },
    { name: t("common.amount"), cell: ({ amountMinor }) => money(amountMinor, currency), numeric: true },
  ];
  return html`<${Panel} title=${t("bill.items")} note=${note}>
    <${Loaded} resource=${explanation}>
      ${({ lines, currency }: BillExplanation) => html`<${Table} caption=${t("bill.items")} columns=${columns(currency)} rows=${lines} />`}
    <//>
  <//>`;
}

/** What the member gets. The e-mail is a page of its own in a frame that may neither run scripts nor reach anything. */
function RenderedPanel({ id }: { id: string }): Element {
  const [shown, setShown] = useState("html");
  const rendered = useResource<RenderedMessage>(`/bills/${id}/message`);
  const options = [
    ["html", t("bill.html")],
    ["text", t("bill.text")],
    ["sms", "SMS"],
    ["push", "Push"],
  ];
  const choice = html`<${Choice}
    label=${t("bill.rendered")}
    value=${shown}
    options=${options}
    onChange=${setShown}
  />`;
  return html`<${Panel} title=${t("bill.rendered")} note=${rendered.value?.templates} actions=${choice}>
    <${Loaded} resource=${rendered}>
      ${({ email, sms, push }: RenderedMessage) =>
        shown === "html"
          ? html`<p><b>${email.subject}</b></p>
              <iframe
                class="bill-frame"
                sandbox=""
                title=${t("bill.rendered")}
                src=${`/api/v1/bills/${id}/message.html`}
              ></iframe>`
          : html`<pre>
${shown === "text" ? email.text : shown === "sms" ? sms.text : `${push.title}\n\n${push.text}`}</pre>`}
    <//>
  <//>`;
}

function AboutPanel({ bill }: { bill: Bill }): Element {
  const generations = bill.generations.map(({ generation, state }) => `${generation} ${state}`).join(", ");
  return html`<${Panel} title=${t("bill.bill")}>
    <${Facts}
      rows=${[
        [t("bill.account"), bill.accountId],
        [t("run.name"), html`<a href=${`/runs/${bill.run}`}>${bill.run}</a>`],
        [t("bill.tariff"), bill.tariff],
        [t("bill.generations"), generations],
        [t("bill.credited"), money(bill.creditedMinor, bill.currency)],
        [t("run.digest"), html`<code title=${bill.digest}>${shortDigest(bill.digest)}</code>`],
      ]}
    />
  <//>`;
}
