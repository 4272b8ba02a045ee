import { useEffect, useRef } from "preact/hooks";
import type { Run } from "../answers.ts";
import { count, duration, instant, money, shortDigest } from "../format.ts";
import { html, type Element } from "../html.ts";
import { t } from "../i18n.ts";
import { useReloadOn } from "../live.ts";
import { useResource } from "../use-resource.ts";
import { Badge } from "../ui/badge.ts";
import { LiveMark } from "../ui/live-mark.ts";
import { Facts, Figure, Loaded, Page, Panel } from "../ui/page.ts";
import { Steps } from "../ui/progress.ts";
import { Table } from "../ui/table.ts";
import { ApprovalPanel, RunActions } from "./run-actions.ts";
import { DifferencePanel, ReportPanels } from "./run-difference.ts";
import { PartitionPanel } from "./run-partitions.ts";
import { stepsOf } from "./run-steps.ts";

/** A cluster's operator writes the status after the ledger has changed, and nobody tells of that. */
const statusFollowsMs = 5_000;

/** One run: where it is, what it came to, what may be done with it. */
export function RunPage({ name }: { name: string }): Element {
  const run = useResource<Run>(`/runs/${name}`);
  const later = useRef<number | undefined>(undefined);
  useEffect(() => () => clearTimeout(later.current), []);
  const { liveness } = useReloadOn("runs,queue", () => {
    run.reload();
    clearTimeout(later.current);
    later.current = window.setTimeout(run.reload, statusFollowsMs);
  });
  const { value } = run;
  const actions = html`<${LiveMark}
      liveness=${liveness}
    />${value !== undefined && html`<${RunActions} run=${value} onDone=${run.reload} />`}`;
  const above = html`<p class="crumb"><a href="/runs">${t("runs.title")}</a></p>`;
  return html`<${Page} title=${t("run.title", { name })} above=${above} actions=${actions}>
    <${Loaded} resource=${run}>${(found: Run) => html`<${Whole} run=${found} onDone=${run.reload} />`}<//>
  <//>`;
}

function Whole({ run, onDone }: { run: Run; onDone: () => void }): Element {
  const proved = run.digest !== null || run.ledger?.digest != null;
  return html`<div>
    <${Panel}>
      <p>
        <${Badge} code=${run.phase ?? "Pending"} />
        ${run.approval.state === "waiting" ? "" : ` ${run.message}`}
      </p>
      <${Steps} label=${t("runs.phase")} steps=${stepsOf(run)} />
    <//>
    <${ApprovalPanel} run=${run} onDone=${onDone} />
    <${Figures} run=${run} />
    <div class="columns">
      <${PartitionPanel} partitions=${run.partitionGrid} currency=${run.totals?.currency ?? "KRW"} />
      <${ProofPanel} proof=${run.ledger?.proof ?? null} />
    </div>
    ${proved && run.baseline !== null && html`<${DifferencePanel} name=${run.name} digest=${run.digest ?? ""} />`}
    ${proved && html`<${ReportPanels} name=${run.name} digest=${run.digest ?? ""} />`}
    <div class="columns">
      <${ConditionsPanel} run=${run} />
      <${AboutPanel} run=${run} />
    </div>
  </div>`;
}

function Figures({ run }: { run: Run }): Element {
  const { members, totals, pace, notifications } = run;
  const left = pace?.estimatedCompletionTime ?? run.estimatedCompletionTime;
  const isSettling = pace !== null && pace.membersDone < pace.membersTotal;
  const held = members?.held ?? 0;
  return html`<div class="figures">
    <${Figure}
      name=${t("run.billed")}
      value=${count(members?.billed)}
      note=${`${t("run.members")} ${count(members?.expected)}`}
    />
    <${Figure}
      name=${t("run.held")}
      value=${count(members?.held)}
      tone=${held > 0 ? "warn" : undefined}
      note=${`${t("run.excluded")} ${count(members?.excluded)}`}
    />
    <${Figure}
      name=${t("common.amount")}
      value=${totals === null ? "–" : money(totals.amountMinor, totals.currency)}
    />
    <${Figure}
      name=${t("run.rate")}
      value=${pace?.membersPerSecond == null ? "–" : t("run.perSecond", { n: count(Math.round(pace.membersPerSecond)) })}
    />
    ${isSettling && left !== null && html`<${Figure} name=${t("run.left")} value=${duration(Math.max(Date.parse(left) - Date.now(), 0))} />`}
    ${
      notifications !== null &&
      html`<${Figure}
        name=${t("run.messages")}
        value=${count(notifications.sent)}
        note=${`${count(notifications.scheduled + notifications.queued)} ${t("attention.open")} · ${count(notifications.dead)} ${t("attention.deadShort")}`}
      />`
    }
  </div>`;
}

function ProofPanel({ proof }: { proof: NonNullable<Run["ledger"]>["proof"] }): Element {
  if (proof === null)
    return html`<${Panel} title=${t("run.proof")}><p class="empty">${t("run.proofNone")}</p><//>`;
  const broken = proof.filter(({ holds }) => !holds).length;
  const note = broken > 0 ? t("run.proofBroken", { n: broken }) : t("run.proofHolds", { n: proof.length });
  return html`<${Panel} title=${t("run.proof")} note=${note}>
    <${Table}
      caption=${t("run.proof")}
      rows=${[...proof].sort((one, other) => Number(one.holds) - Number(other.holds))}
      columns=${[
        {
          name: t("run.check"),
          cell: (check: { name: string; holds: boolean }) =>
            html`<${Badge} code=${check.name} text=${check.name} tone=${check.holds ? "good" : "bad"} />`,
        },
        { name: t("common.detail"), cell: ({ detail }: { detail: string }) => detail },
      ]}
    />
  <//>`;
}

interface Condition {
  readonly type: string;
  readonly status: string;
  readonly reason: string;
  readonly message: string;
  readonly lastTransitionTime: string;
}

function ConditionsPanel({ run }: { run: Run }): Element {
  const conditions: readonly Condition[] = run.status?.conditions ?? [];
  const tone = ({ status }: Condition): string => (status === "True" ? "good" : "idle");
  return html`<${Panel} title=${t("run.conditions")}>
    <ol class="timeline">
      ${conditions.map(
        (condition) =>
          html`<li class=${`tone-${tone(condition)}`}>
            <span class="mark" aria-hidden="true"></span>
            <p>
              <b>${condition.type}</b> ${condition.status === "True" ? "" : `(${condition.status})`} ·
              ${condition.reason}
            </p>
            <p class="note">${condition.message}</p>
            <time datetime=${condition.lastTransitionTime}
              >${instant(condition.lastTransitionTime, true)}</time
            >
          </li>`,
      )}
    </ol>
  <//>`;
}

function AboutPanel({ run }: { run: Run }): Element {
  const generation = run.generation === null ? "–" : String(run.generation);
  return html`<${Panel} title=${t("run.spec")}>
    <${Facts}
      rows=${[
        [t("common.period"), run.period],
        [t("common.generation"), generation],
        [t("run.startedBy"), run.startedBy ?? t("run.elsewhere")],
        [t("run.started"), instant(run.startTime)],
        [t("run.ended"), instant(run.completionTime)],
        [t("run.digest"), html`<code title=${run.digest ?? ""}>${shortDigest(run.digest)}</code>`],
      ]}
    />
    <details>
      <summary>spec</summary>
      <pre>${JSON.stringify(run.spec, null, 2)}</pre>
    </details>
  <//>`;
}
