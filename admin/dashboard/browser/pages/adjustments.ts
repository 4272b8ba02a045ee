import { useContext, useState } from "preact/hooks";
import type { Adjustment } from "../answers.ts";
import { instant, money } from "../format.ts";
import { html, type Element } from "../html.ts";
import { codeName, t } from "../i18n.ts";
import { PersonContext, useMay } from "../person.ts";
import { setQuery, useLocation } from "../router.ts";
import { Badge } from "../ui/badge.ts";
import { Action } from "../ui/dialog.ts";
import { Field, Select } from "../ui/form.ts";
import { Page, Panel } from "../ui/page.ts";
import { ListTable, type Column } from "../ui/table.ts";

const states = ["pending", "recorded", "rejected"];

/** Amounts put on bills by hand; each waits for somebody else. */
export function AdjustmentsPage(): Element {
  const { query } = useLocation();
  const [round, setRound] = useState(0);
  const again = (): void => setRound((before) => before + 1);
  const mayOrder = useMay("operator");
  const state = query.get("state") ?? "";
  const period = query.get("period") ?? "";
  const options = [["", t("common.all")], ...states.map((each) => [each, codeName(each)])];
  return html`<${Page}
    title=${t("adjustments.title")}
    actions=${mayOrder && html`<${NewAdjustment} onDone=${again} />`}
  >
    <${Panel}>
      <div class="filters">
        <${Select}
          label=${t("common.state")}
          value=${state}
          options=${options}
          onChange=${(value: string) => setQuery({ state: value })}
        />
        <${Field}
          label=${t("common.period")}
          type="month"
          value=${period}
          onChange=${(value: string) => setQuery({ period: value })}
        />
      </div>
      <${ListTable}
        caption=${t("adjustments.title")}
        path="/adjustments"
        query=${{ state, period }}
        columns=${columns(again)}
        round=${round}
        empty=${t("adjustments.none")}
        csv
      />
    <//>
  <//>`;
}

const columns = (onDone: () => void): readonly Column<Adjustment>[] => [
  {
    name: t("bill.account"),
    cell: ({ accountId }) => html`<a href=${`/members?account=${accountId}`}>${accountId}</a>`,
  },
  { name: t("common.period"), cell: ({ period }) => html`<span class="whole">${period}</span>` },
  {
    name: t("adjustments.kind"),
    cell: ({ kind, creditOf }) =>
      creditOf === null
        ? codeName(kind)
        : html`${t("adjustments.creditNote")} <a href=${`/bills/${creditOf}`}>${creditOf}</a>`,
  },
  {
    name: t("common.amount"),
    cell: ({ amountMinor, currency }) => money(amountMinor, currency),
    numeric: true,
  },
  {
    name: t("common.state"),
    cell: ({ state }) =>
      html`<${Badge}
        code=${state}
        tone=${state === "pending" ? "wait" : state === "recorded" ? "good" : "idle"}
      />`,
  },
  { name: t("run.reason"), cell: ({ reason }) => reason, minor: true },
  {
    name: t("adjustments.by"),
    cell: ({ createdBy, createdAt }) => html`${createdBy}<span class="fine">${instant(createdAt)}</span>`,
  },
  {
    name: t("common.actions"),
    cell: (adjustment) => html`<${Decide} adjustment=${adjustment} onDone=${onDone} />`,
  },
];

function Decide({ adjustment, onDone }: { adjustment: Adjustment; onDone: () => void }): Element | null {
  const mayApprove = useMay("approver");
  const { name } = useContext(PersonContext);
  const { state, createdBy, adjustmentId, amountMinor, currency, period } = adjustment;
  if (state !== "pending" || !mayApprove || createdBy === name) return null;
  const path = `/adjustments/${adjustmentId}`;
  return html`<span class="cell-actions">
    <${Action}
      label=${t("adjustments.approve")}
      path=${`${path}/approve`}
      says=${t("adjustments.approveSays", { amount: money(amountMinor, currency), period })}
      reason="optional"
      tone="primary"
      onDone=${onDone}
    />
    <${Action}
      label=${t("adjustments.reject")}
      path=${`${path}/reject`}
      says=${t("adjustments.rejectSays")}
      reason="required"
      tone="danger"
      onDone=${onDone}
    />
  </span>`;
}

function NewAdjustment({ onDone }: { onDone: () => void }): Element {
  const [account, setAccount] = useState("");
  const [period, setPeriod] = useState("");
  const [kind, setKind] = useState("taxable");
  const [amountMinor, setAmount] = useState("");
  const body = { accountId: Number(account), period, kind, amountMinor };
  return html`<${Action}
    label=${t("adjustments.new")}
    path="/adjustments"
    body=${body}
    says=${t("adjustments.newSays")}
    reason="required"
    tone="primary"
    onDone=${onDone}
  >
    <div class="form-grid">
      <${Field} label=${t("bill.account")} value=${account} onChange=${setAccount} required />
      <${Field} label=${t("common.period")} type="month" value=${period} onChange=${setPeriod} required />
      <${Select}
        label=${t("adjustments.kind")}
        value=${kind}
        options=${["taxable", "final"].map((each) => [each, codeName(each)])}
        onChange=${setKind}
      />
      <${Field} label=${t("adjustments.amount")} value=${amountMinor} onChange=${setAmount} required />
    </div>
  <//>`;
}
