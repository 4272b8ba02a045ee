import type { PolicySpec } from "../answers.ts";
import { html, type Element } from "../html.ts";
import { codeName, t } from "../i18n.ts";
import { DurationField, NumberField } from "../ui/amount.ts";
import { EditList } from "../ui/edit-list.ts";
import { Panel } from "../ui/page.ts";
import type { PolicyDraft } from "./policy-draft.ts";

type Channel = PolicySpec["channels"][number];

/** Which channels are tried, in which order, and how often and how fast each. */
export function ChannelsPanel({ draft }: { draft: PolicyDraft }): Element {
  const { spec, change, wrong } = draft;
  const all = Object.keys(spec.retries) as Channel[];
  const missing = all.filter((channel) => !spec.channels.includes(channel));
  return html`<${Panel} title=${t("policy.byChannel")}>
    <${EditList}
      class="channel-order"
      label=${t("policy.channels")}
      hint=${t("policy.channels.says")}
      wrong=${wrong("channels")}
      items=${spec.channels}
      onChange=${(channels: readonly Channel[]) => change({ channels })}
      nameOf=${(channel: Channel) => codeName(channel)}
      row=${(channel: Channel, index: number) =>
        html`<b>${index + 1}. ${codeName(channel)}</b>
          ${wrong(`channels.${index}`) !== undefined && html`<span class="wrong">${wrong(`channels.${index}`)}</span>`}`}
      additions=${missing.map((channel) => [t("policy.addChannel", { channel: codeName(channel) }), channel])}
      ordered
      least=${1}
    />
    <div class="policy-parts">
      ${all.map((channel) => html`<${ChannelPart} key=${channel} draft=${draft} channel=${channel} />`)}
    </div>
  <//>`;
}

/** Rate, retries and jitter of one channel. */
function ChannelPart({ draft, channel }: { draft: PolicyDraft; channel: Channel }): Element {
  const { spec, change, wrong } = draft;
  const ladder = spec.retries[channel];
  const at = `retries.${channel}`;
  const climb = (part: Partial<typeof ladder>): void =>
    change({ retries: { ...spec.retries, [channel]: { ...ladder, ...part } } });
  return html`<section class="channel-part" aria-label=${codeName(channel)}>
    <h3>
      ${codeName(channel)}
      ${!spec.channels.includes(channel) && html`<span class="note">${t("policy.notUsed")}</span>`}
    </h3>
    <${NumberField}
      label=${t("policy.sendsPerSecond")}
      unit=${t("policy.unit.perSecond")}
      hint=${t("policy.sendsPerSecond.says")}
      value=${spec.sendsPerSecond[channel]}
      wrong=${wrong(`sendsPerSecond.${channel}`)}
      onChange=${(rate: number) => change({ sendsPerSecond: { ...spec.sendsPerSecond, [channel]: rate } })}
    />
    <${EditList}
      label=${t("policy.retries")}
      hint=${t("policy.retries.says")}
      wrong=${wrong(`${at}.delays`)}
      items=${ladder.delays}
      onChange=${(delays: readonly string[]) => climb({ delays: [...delays] })}
      nameOf=${(_delay: string, index: number) => t("policy.wait", { n: index + 2 })}
      row=${(delay: string, index: number, replace: (delay: string) => void) =>
        html`<${DurationField}
          label=${t("policy.wait", { n: index + 2 })}
          value=${delay}
          wrong=${wrong(`${at}.delays.${index}`)}
          onChange=${replace}
        />`}
      additions=${[[t("policy.addRetry"), ladder.delays.at(-1) ?? "1m"]]}
    />
    <${NumberField}
      label=${t("policy.jitter")}
      unit="%"
      hint=${t("policy.jitter.says")}
      value=${ladder.jitterPercent}
      wrong=${wrong(`${at}.jitterPercent`)}
      onChange=${(jitterPercent: number) => climb({ jitterPercent })}
    />
  </section>`;
}
