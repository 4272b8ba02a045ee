import { useEffect, useState } from "preact/hooks";
import { ask, ApiProblem } from "../api.ts";
import type { ArmAnswer, Channels } from "../answers.ts";
import { count, instant, percent } from "../format.ts";
import { html, type Element } from "../html.ts";
import { codeName, t } from "../i18n.ts";
import { useMay } from "../person.ts";
import type { Resource } from "../use-resource.ts";
import { Badge } from "../ui/badge.ts";
import { Action } from "../ui/dialog.ts";
import { Loaded, Panel } from "../ui/page.ts";
import { Table, type Column } from "../ui/table.ts";
import { Provider } from "./delivery-provider.ts";

type ChannelState = Channels["channels"][number];

/** Stops everything. */
export function HoldAction({ onDone }: { onDone: () => void }): Element | null {
  if (!useMay("operator")) return null;
  return html`<${Action}
    label=${t("delivery.hold")}
    path="/delivery/hold"
    says=${t("delivery.holdSays")}
    reason="required"
    tone="danger"
    onDone=${onDone}
  />`;
}

/** Why nothing is sent at all, and what lets it go on. */
export function HeldPanel({ held, onDone }: { held: Channels["held"]; onDone: () => void }): Element | null {
  const mayArm = useMay("approver");
  if (held === null) return null;
  const { by, reason } = held;
  return html`<section class="problem" role="alert">
    <p><b>${t("delivery.held", { cause: codeName(held.cause), by, reason })}</b> ${instant(held.at)}</p>
    ${
      mayArm
        ? html`<${Action}
            label=${t("delivery.arm")}
            path="/delivery/arm"
            says=${html`<${ArmSays} />`}
            reason="required"
            tone="primary"
            onDone=${onDone}
          />`
        : html`<p>${t("delivery.armOnlyApprover")}</p>`
    }
  </section>`;
}

/** What arming would let go, asked when the dialog opens. */
function ArmSays(): Element {
  const [text, setText] = useState(t("delivery.armLook"));
  useEffect(() => {
    ask<ArmAnswer>("/delivery/arm/dry-run", { reason: "dashboard: dry run" })
      .then(({ open, due }) => {
        const all = Object.values(open).reduce((sum, n) => sum + n, 0);
        setText(t("delivery.armSays", { open: count(all), due: count(due) }));
      })
      .catch((problem: unknown) => {
        if (problem instanceof ApiProblem) setText(problem.message);
      });
  }, []);
  return html`<p aria-live="polite">${text}</p>`;
}

/** Each channel: what is open, how the last sends ended, its providers, and its switch. */
export function ChannelsPanel({
  resource,
  onDone,
}: {
  resource: Resource<Channels>;
  onDone: () => void;
}): Element {
  const mayOrder = useMay("operator");
  const switches: Column<ChannelState> = {
    name: t("common.actions"),
    cell: (state) => html`<${Switch} state=${state} onDone=${onDone} />`,
  };
  return html`<${Panel} title=${t("delivery.channels")}>
    <${Loaded} resource=${resource}>
      ${(found: Channels) => {
        const columns: readonly Column<ChannelState>[] = [
          { name: t("common.channel"), cell: ({ channel }) => html`<b>${codeName(channel)}</b>` },
          {
            name: t("common.state"),
            cell: ({ paused }) => html`<${Badge} code=${paused ? "paused" : "closed"} />`,
          },
          { name: t("delivery.open"), cell: ({ open }) => html`<${Open} open=${open} />` },
          {
            name: t("delivery.failureShare"),
            cell: (state) => html`<${Failing} state=${state} minutes=${found.minutes} />`,
          },
          {
            name: t("delivery.providers"),
            cell: ({ providers }) => providers.map((each) => html`<${Provider} provider=${each} />`),
          },
          ...(mayOrder ? [switches] : []),
        ];
        return html`<${Table} caption=${t("delivery.channels")} columns=${columns} rows=${found.channels} />`;
      }}
    <//>
  <//>`;
}

const Open = ({ open }: { open: ChannelState["open"] }): Element =>
  html`<span
    >${
      Object.entries(open)
        .map(([state, n]) => `${codeName(state)} ${count(n)}`)
        .join(" · ") || "–"
    }</span
  >`;

/** From a fifth of sends on something is wrong with the provider, not with addresses. */
const worrying = 0.2;

function Failing({
  state: { failureShare, sends },
  minutes,
}: {
  state: ChannelState;
  minutes: number;
}): Element {
  if (failureShare === null) return html`<span class="note">–</span>`;
  const tone = failureShare >= worrying ? "bad" : failureShare > 0.05 ? "warn" : "good";
  return html`<${Badge} code="share" tone=${tone} text=${percent(failureShare)} />
    <span class="note">${t("delivery.lastMinutes", { n: count(sends), minutes })}</span>`;
}

function Switch({
  state: { channel, paused },
  onDone,
}: {
  state: ChannelState;
  onDone: () => void;
}): Element {
  const turn = paused ? "resume" : "pause";
  const says = t(`delivery.${turn}Says`, { channel: codeName(channel) });
  return html`<span class="cell-actions">
    <${Action}
      label=${t(`delivery.${turn}`)}
      path=${`/channels/${channel}/${turn}`}
      says=${says}
      reason=${paused ? "optional" : "required"}
      tone=${paused ? "primary" : "danger"}
      onDone=${onDone}
    />
  </span>`;
}
