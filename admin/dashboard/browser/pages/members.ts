import { useEffect, useState } from "preact/hooks";
import { ApiProblem, ask } from "../api.ts";
import type { FoundMembers } from "../answers.ts";
import { html, type Element } from "../html.ts";
import { t } from "../i18n.ts";
import { useLocation } from "../router.ts";
import { Field, Select } from "../ui/form.ts";
import { Page, Panel, Problem } from "../ui/page.ts";
import { Table, type Column } from "../ui/table.ts";

const kinds = ["phone", "email", "memberId", "accountId"] as const;
type Kind = (typeof kinds)[number];
type Found = FoundMembers["items"][number];

const columns = (): readonly Column<Found>[] => [
  {
    name: t("members.member"),
    cell: ({ memberId }) => html`<a href=${`/members/${memberId}`}>${memberId}</a>`,
  },
  { name: t("common.name"), cell: ({ name }) => name },
  { name: t("members.email"), cell: ({ email }) => email ?? "–" },
  { name: t("members.phone"), cell: ({ phone }) => phone ?? "–" },
  { name: t("members.accounts"), cell: ({ accountIds }) => accountIds.join(", "), minor: true },
];

/** Search of a member; what is typed travels in a body, never in an address. */
export function MembersPage(): Element {
  const account = useLocation().query.get("account");
  const [kind, setKind] = useState<Kind>(account === null ? "phone" : "accountId");
  const [term, setTerm] = useState(account ?? "");
  const [found, setFound] = useState<FoundMembers | undefined>();
  const [problem, setProblem] = useState<ApiProblem | undefined>();
  const search = async (): Promise<void> => {
    setProblem(undefined);
    const isNumber = kind === "memberId" || kind === "accountId";
    try {
      setFound(await ask<FoundMembers>("/members/search", { [kind]: isNumber ? Number(term) : term }));
    } catch (error) {
      if (!(error instanceof ApiProblem)) throw error;
      setFound(undefined);
      setProblem(error);
    }
  };
  useEffect(() => {
    if (account !== null) void search();
  }, []);
  const submit = (event: Event): void => {
    event.preventDefault();
    void search();
  };
  return html`<${Page} title=${t("members.title")}>
    <${Panel}>
      <form class="filters" role="search" onSubmit=${submit}>
        <${Select}
          label=${t("members.by")}
          value=${kind}
          options=${kinds.map((each) => [each, t(`members.${each}`)])}
          onChange=${(value: string) => setKind(value as Kind)}
        />
        <${Field} label=${t("members.term")} value=${term} onChange=${setTerm} required autocomplete="off" />
        <button type="submit" class="primary">${t("common.search")}</button>
      </form>
      <p class="note">${t("members.hint")}</p>
      <${Problem} problem=${problem} />
      <div aria-live="polite">
        ${found !== undefined && html`<${Table} caption=${t("members.title")} columns=${columns()} rows=${found.items} empty=${t("members.none")} />`}
        ${found?.more === true && html`<p class="note">${t("members.more")}</p>`}
      </div>
    <//>
  <//>`;
}
