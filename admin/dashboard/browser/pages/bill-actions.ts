import { useState } from "preact/hooks";
import type { Bill } from "../answers.ts";
import { html, type Element } from "../html.ts";
import { t } from "../i18n.ts";
import { useMay } from "../person.ts";
import { Action } from "../ui/dialog.ts";
import { Check, Field } from "../ui/form.ts";

interface OfBill {
  readonly bill: Bill;
  readonly onDone: () => void;
}

const waiting = ["SCHEDULED", "UNKNOWN"];
const ended = ["SENT", "DELIVERED"];

/** What may be done about the bill and its message, by where they stand. */
export function BillActions({ bill, onDone }: OfBill): Element | null {
  if (!useMay("operator") || !bill.live) return null;
  return html`<span class="actions">
    <${MessageActions} bill=${bill} onDone=${onDone} />
    <${HoldAction} bill=${bill} onDone=${onDone} />
    <${CreditAction} bill=${bill} onDone=${onDone} />
  </span>`;
}

function HoldAction({ bill: { billId, state }, onDone }: OfBill): Element {
  const turn = state === "onHold" ? "release" : "hold";
  return html`<${Action}
    label=${t(`bill.${turn}`)}
    path=${`/bills/${billId}/${turn}`}
    says=${t(`bill.${turn}Says`)}
    reason=${turn === "hold" ? "required" : "optional"}
    onDone=${onDone}
  />`;
}

function CreditAction({ bill: { billId }, onDone }: OfBill): Element {
  const [period, setPeriod] = useState("");
  const [amountMinor, setAmount] = useState("");
  return html`<${Action}
    label=${t("adjustments.creditNote")}
    path=${`/bills/${billId}/credit-notes`}
    body=${{ period, amountMinor }}
    says=${t("adjustments.creditSays")}
    reason="required"
    onDone=${onDone}
  >
    <div class="form-grid">
      <${Field} label=${t("common.period")} type="month" value=${period} onChange=${setPeriod} required />
      <${Field} label=${t("adjustments.amount")} value=${amountMinor} onChange=${setAmount} required />
    </div>
  <//>`;
}

function MessageActions({ bill, onDone }: OfBill): Element | null {
  const { billId, message } = bill;
  if (message === null) return null;
  const target = { kind: "bills", billIds: [billId] };
  const { state, channel } = message;
  return html`<span class="actions">
    ${state === "SCHEDULED" && html`<${ForceAction} target=${target} onDone=${onDone} />`}
    ${state === "SCHEDULED" && html`<${ReserveAction} target=${target} onDone=${onDone} />`}
    ${(state === "DEAD" || (waiting.includes(state) && channel !== "sms")) && html`<${MaybeSentAction} kind="convert" target=${target} onDone=${onDone} />`}
    ${state === "DEAD" && html`<${MaybeSentAction} kind="redrive" target=${target} onDone=${onDone} />`}
    ${ended.includes(state) && html`<${Action} label=${t("order.resend")} path="/messages/resend" body=${{ target }} says=${t("order.resendSays")} reason="required" onDone=${onDone} />`}
    ${waiting.includes(state) && html`<${Action} label=${t("order.cancel")} path="/messages/cancel" body=${{ target }} says=${t("order.cancelSays")} reason="required" tone="danger" onDone=${onDone} />`}
  </span>`;
}

interface OrderProps {
  readonly target: object;
  readonly onDone: () => void;
}

function ForceAction({ target, onDone }: OrderProps): Element {
  const [evenInQuietHours, setEven] = useState(false);
  return html`<${Action}
    label=${t("order.force")}
    path="/messages/force"
    body=${{ target, evenInQuietHours }}
    says=${t("order.forceSays")}
    reason=${evenInQuietHours ? "required" : "optional"}
    tone="primary"
    onDone=${onDone}
  >
    <${Check} label=${t("order.quiet")} value=${evenInQuietHours} onChange=${setEven} />
  <//>`;
}

function ReserveAction({ target, onDone }: OrderProps): Element {
  const [at, setAt] = useState("");
  const body = { target, at: at === "" ? "" : new Date(at).toISOString() };
  return html`<${Action}
    label=${t("order.reserve")}
    path="/messages/reserve"
    body=${body}
    says=${t("order.reserveSays")}
    reason="optional"
    onDone=${onDone}
  >
    <${Field} label=${t("order.at")} type="datetime-local" value=${at} onChange=${setAt} required />
  <//>`;
}

function MaybeSentAction({
  kind,
  target,
  onDone,
}: OrderProps & { readonly kind: "convert" | "redrive" }): Element {
  const [evenIfMaybeSent, setEven] = useState(false);
  const word = kind === "convert" ? "order.convert" : "dead.redrive";
  return html`<${Action}
    label=${t(word)}
    path=${`/messages/${kind}`}
    body=${{ target, evenIfMaybeSent }}
    says=${t(kind === "convert" ? "order.convertSays" : "dead.redriveSays")}
    reason=${evenIfMaybeSent ? "required" : "optional"}
    tone="primary"
    onDone=${onDone}
  >
    <${Check} label=${t("dead.maybe")} value=${evenIfMaybeSent} onChange=${setEven} />
  <//>`;
}
