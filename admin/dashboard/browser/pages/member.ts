import { useState } from "preact/hooks";
import type { BillSummary, Member, UnmaskedMember } from "../answers.ts";
import { html, type Element } from "../html.ts";
import { codeName, t } from "../i18n.ts";
import { money } from "../format.ts";
import { useMay } from "../person.ts";
import { useResource } from "../use-resource.ts";
import { Badge } from "../ui/badge.ts";
import { Action } from "../ui/dialog.ts";
import { Facts, Loaded, Page, Panel } from "../ui/page.ts";
import { ListTable, Table, type Column } from "../ui/table.ts";
import { PreferencesPanel } from "./member-preferences.ts";

/** One member: whom, what they are billed, how they want to hear of it. */
export function MemberPage({ id }: { id: string }): Element {
  const member = useResource<Member>(`/members/${id}`);
  const above = html`<p class="crumb"><a href="/members">${t("members.title")}</a></p>`;
  return html`<${Page} title=${t("member.title", { id })} above=${above}>
    <${Loaded} resource=${member}>
      ${(found: Member) =>
        html`<div>
          <div class="columns">
            <${WhoPanel} member=${found} />
            <${PreferencesPanel} member=${found} onDone=${member.reload} />
          </div>
          <${Panel} title=${t("member.bills")}>
            <${ListTable}
              caption=${t("member.bills")}
              path="/bills"
              query=${{ memberId: id }}
              columns=${billColumns()}
              empty=${t("member.noBills")}
              csv
            />
          <//>
          <${AccountsPanel} member=${found} />
        </div>`}
    <//>
  <//>`;
}

function WhoPanel({ member }: { member: Member }): Element {
  const mayUnmask = useMay("operator");
  const [plain, setPlain] = useState<UnmaskedMember | undefined>();
  const { name, email, phone } = plain ?? member;
  const unmask = html`<${Action}
    label=${t("member.unmask")}
    path=${`/members/${member.memberId}/unmask`}
    says=${t("member.unmaskSays")}
    reason="required"
    onDone=${(answer: unknown) => setPlain(answer as UnmaskedMember)}
  />`;
  return html`<${Panel} title=${t("member.who")} actions=${mayUnmask && plain === undefined && unmask}>
    <${Facts}
      rows=${[
        [t("common.name"), name],
        [t("members.email"), email ?? "–"],
        [t("members.phone"), phone ?? "–"],
        [t("member.zone"), member.timeZone],
        [t("member.suppressed"), member.suppressedChannels.map(codeName).join(", ") || t("member.none")],
      ]}
    />
  <//>`;
}

const billColumns = (): readonly Column<BillSummary>[] => [
  { name: t("bill.bill"), cell: ({ billId }) => html`<a href=${`/bills/${billId}`}>${billId}</a>` },
  { name: t("common.period"), cell: ({ period }) => period },
  { name: t("common.state"), cell: ({ state }) => html`<${Badge} code=${state} />` },
  { name: t("bill.total"), cell: ({ totalMinor, currency }) => money(totalMinor, currency), numeric: true },
  {
    name: t("bill.message"),
    cell: ({ message }) => (message === null ? "–" : html`<${Badge} code=${message.state} />`),
  },
  { name: t("common.channel"), cell: ({ message }) => codeName(message?.channel), minor: true },
  { name: t("common.generation"), cell: ({ generation }) => generation, numeric: true, minor: true },
];

type Line = Member["accounts"][number]["subscriptions"][number] & { readonly accountId: number };

function AccountsPanel({ member: { accounts } }: { member: Member }): Element {
  const lines: readonly Line[] = accounts.flatMap(({ accountId, subscriptions }) =>
    subscriptions.map((each) => ({ ...each, accountId })),
  );
  const columns: readonly Column<Line>[] = [
    { name: t("bill.account"), cell: ({ accountId }) => accountId },
    { name: t("member.subscription"), cell: ({ subscriptionId }) => subscriptionId },
    { name: t("member.plan"), cell: ({ plan }) => html`<code>${plan}</code>` },
    { name: t("member.from"), cell: ({ startedOn }) => startedOn },
    { name: t("member.to"), cell: ({ endedOn }) => endedOn ?? "–" },
  ];
  return html`<${Panel} title=${t("members.accounts")}
    ><${Table} caption=${t("members.accounts")} columns=${columns} rows=${lines}
  /><//>`;
}
