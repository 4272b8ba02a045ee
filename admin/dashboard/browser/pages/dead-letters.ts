import { useState } from "preact/hooks";
import type { DeadLetter, LetterCounts, PoisonMessage } from "../answers.ts";
import { count, instant } from "../format.ts";
import { html, type Element } from "../html.ts";
import { codeName, t } from "../i18n.ts";
import { useReloadOn } from "../live.ts";
import { useMay } from "../person.ts";
import { setQuery, useLocation } from "../router.ts";
import { useResource } from "../use-resource.ts";
import { Badge } from "../ui/badge.ts";
import { Check, Field, Select } from "../ui/form.ts";
import { Figure, Page, Panel } from "../ui/page.ts";
import { ListTable, type Column } from "../ui/table.ts";
import { PayloadAction } from "./payload.ts";
import { RedriveAction } from "./redrive.ts";

const causes = ["no-contact", "permanent", "exhausted", "bounced", "unknown-outcome"];
const channels = ["email", "sms", "push"];

/** What was given up, and how to set it going again. */
export function DeadLettersPage(): Element {
  const { query } = useLocation();
  const [round, setRound] = useState(0);
  const counts = useResource<LetterCounts>("/dead-letters/counts");
  const again = (): void => {
    counts.reload();
    setRound((before) => before + 1);
  };
  useReloadOn("queue", again, 3_000);
  const mayOrder = useMay("operator");
  const [channel, cause, period, redriven] = ["channel", "cause", "period", "redriven"].map(
    (name) => query.get(name) ?? "",
  );
  const filter = {
    ...(channel !== "" && { channel }),
    ...(cause !== "" && { cause }),
    ...(period !== "" && { period }),
  };
  const redrive =
    mayOrder &&
    html`<${RedriveAction}
      label=${t("dead.redriveAll")}
      target=${{ kind: "all-letters", ...filter }}
      onDone=${again}
    />`;
  return html`<${Page} title=${t("dead.title")} actions=${redrive}>
    <${Causes} counts=${counts.value?.counts ?? []} />
    <${Panel}>
      <${Filters} channel=${channel} cause=${cause} period=${period} redriven=${redriven} />
      <${ListTable}
        caption=${t("dead.title")}
        path="/dead-letters"
        query=${{ ...filter, redriven }}
        columns=${columns(mayOrder, again)}
        round=${round}
        empty=${t("dead.none")}
        csv
      />
    <//>
    <${Panel} title=${t("dead.poison")}>
      <${ListTable} caption=${t("dead.poison")} path="/poison-messages" columns=${poisonColumns()} />
    <//>
  <//>`;
}

function Filters(props: { channel: string; cause: string; period: string; redriven: string }): Element {
  const { channel, cause, period, redriven } = props;
  const options = (codes: readonly string[]): readonly (readonly [string, string])[] => [
    ["", t("common.all")],
    ...codes.map((code) => [code, codeName(code)] as const),
  ];
  return html`<div class="filters">
    <${Select}
      label=${t("common.channel")}
      value=${channel}
      options=${options(channels)}
      onChange=${(value: string) => setQuery({ channel: value })}
    />
    <${Select}
      label=${t("dead.cause")}
      value=${cause}
      options=${options(causes)}
      onChange=${(value: string) => setQuery({ cause: value })}
    />
    <${Field}
      label=${t("common.period")}
      type="month"
      value=${period}
      onChange=${(value: string) => setQuery({ period: value })}
    />
    <${Check}
      label=${t("dead.also")}
      value=${redriven === "true"}
      onChange=${(value: boolean) => setQuery({ redriven: value ? "true" : "" })}
    />
  </div>`;
}

const columns = (mayOrder: boolean, onDone: () => void): readonly Column<DeadLetter>[] => [
  { name: t("delivery.bill"), cell: ({ billId }) => html`<a href=${`/bills/${billId}`}>${billId}</a>` },
  { name: t("common.channel"), cell: ({ channel }) => codeName(channel) },
  {
    name: t("dead.cause"),
    cell: ({ cause }) =>
      html`<${Badge} code=${cause} tone=${cause === "unknown-outcome" ? "warn" : "bad"} />`,
  },
  { name: t("common.detail"), cell: ({ detail }) => html`<code>${detail}</code>`, minor: true },
  { name: t("dead.died"), cell: ({ diedAt }) => instant(diedAt) },
  { name: t("dead.redriven"), cell: ({ redrivenAt }) => instant(redrivenAt), minor: true },
  {
    name: t("common.actions"),
    cell: ({ id, redrivenAt, hasPayload }) =>
      mayOrder &&
      html`<span class="cell-actions">
        ${hasPayload && html`<${PayloadAction} id=${id} />`}
        ${redrivenAt === null && html`<${RedriveAction} label=${t("dead.redrive")} target=${{ kind: "letters", ids: [id] }} onDone=${onDone} />`}
      </span>`,
  },
];

const poisonColumns = (): readonly Column<PoisonMessage>[] => [
  {
    name: t("delivery.topic"),
    cell: ({ topic, partition, offset }) => html`<code>${topic}/${partition}@${offset}</code>`,
  },
  { name: t("dead.cause"), cell: ({ cause }) => cause },
  { name: t("common.time"), cell: ({ parkedAt }) => instant(parkedAt, true) },
];

function Causes({ counts }: { counts: LetterCounts["counts"] }): Element | null {
  const sums = causes
    .map((cause) => ({
      cause,
      n: counts.filter((each) => each.cause === cause).reduce((sum, { letters }) => sum + letters, 0),
    }))
    .filter(({ n }) => n > 0);
  if (sums.length === 0) return null;
  return html`<div class="figures">
    ${sums.map(({ cause, n }) => html`<${Figure} name=${codeName(cause)} value=${count(n)} />`)}
  </div>`;
}
