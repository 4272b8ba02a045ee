import type { Channels } from "../answers.ts";
import { instant, timeOfDay } from "../format.ts";
import { html, type Element } from "../html.ts";
import { t } from "../i18n.ts";
import { Badge } from "../ui/badge.ts";

type ProviderState = Channels["channels"][number]["providers"][number];

/** One provider of a channel: its breaker in the consumers that run, how far its rate is used up, whether it asked for patience. */
export function Provider({ provider: state }: { provider: ProviderState }): Element | null {
  const { provider, throttledUntil, takenUntil, breaker } = state;
  const notes = [
    ...breakerNotes(state),
    isAhead(throttledUntil) && t("delivery.throttledUntil", { at: instant(throttledUntil, true) }),
    isAhead(takenUntil) && t("delivery.takenUntil", { at: instant(takenUntil, true) }),
  ].filter(Boolean);
  const isWholeChannel = provider === "";
  // Of all together there is something to say only where there is a limit.
  if (isWholeChannel && notes.length === 0) return null;
  return html`<div>
    ${isWholeChannel ? t("delivery.together") : html`<b>${provider}</b>`}
    ${isWholeChannel || html` <${Badge} code=${breaker ?? "none"} text=${breaker === null ? t("delivery.noConsumer") : undefined} />`}
    <span class="note">${notes.join(" · ")}</span>
  </div>`;
}

/** What is over says nothing of now. */
const isAhead = (at: string | null): boolean => at !== null && Date.parse(at) > Date.now();

/** Nothing while all is well. */
function breakerNotes({ breaker, breakers }: ProviderState): readonly string[] {
  if (breaker === null || breaker === "closed") return [];
  const those = breakers.filter(({ state }) => state === breaker);
  const since = those.map((one) => one.since).sort()[0] ?? "";
  const probe = those.flatMap(({ probeAt }) => probeAt ?? []).sort()[0];
  return [
    t("delivery.breakerIn", { n: those.length, all: breakers.length, at: timeOfDay(since) }),
    probe === undefined ? "" : t("delivery.probes", { at: timeOfDay(probe) }),
  ];
}
