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

/** What may be done about the bill, and what the server says may be ordered for its message; what may not is not offered. */
export function BillActions({ bill, onDone }: OfBill): Element | null {
  if (!useMay("operator") || !bill.live) return null;
  return html`<span class="actions">
    ${bill.actions.map(({ action, allowed }) => allowed && html`<${MessageAction} key=${action} action=${action} bill=${bill} onDone=${onDone} />`)}
    <${CreditAction} bill=${bill} onDone=${onDone} />
  </span>`;
}

interface OfMessage extends OfBill {
  readonly action: Bill["actions"][number]["action"];
}

function MessageAction({ action, bill: { billId }, onDone }: OfMessage): Element {
  const target = { kind: "bills", billIds: [billId] };
  switch (action) {
    case "force":
      return html`<${ForceAction} target=${target} onDone=${onDone} />`;
    case "reserve":
      return html`<${ReserveAction} target=${target} onDone=${onDone} />`;
    case "redrive":
    case "convert":
      return html`<${MaybeSentAction} kind=${action} target=${target} onDone=${onDone} />`;
    case "resend":
    case "cancel":
      return html`<${Action}
        label=${t(`order.${action}`)}
        path=${`/messages/${action}`}
        body=${{ target }}
        says=${t(`order.${action}Says`)}
        reason="required"
        tone=${action === "cancel" ? "danger" : "plain"}
        onDone=${onDone}
      />`;
    case "hold":
    case "release":
      return html`<${Action}
        label=${t(`bill.${action}`)}
        path=${`/bills/${billId}/${action}`}
        says=${t(`bill.${action}Says`)}
        reason=${action === "hold" ? "required" : "optional"}
        onDone=${onDone}
      />`;
  }
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
