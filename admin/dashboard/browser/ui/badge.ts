import { html, type Element } from "../html.ts";
import { codeName } from "../i18n.ts";

/** What a state means to who looks: good, going on, waits, needs a look, is wrong, is over. */
export type Tone = "good" | "busy" | "wait" | "warn" | "bad" | "idle";

const tones: Readonly<Record<Tone, readonly string[]>> = {
  good: [
    "SENT",
    "Succeeded",
    "Completed",
    "accepted",
    "delivered",
    "live",
    "done",
    "sent",
    "holds",
    "closed",
    "settled",
  ],
  busy: [
    "SENDING",
    "QUEUED",
    "Settling",
    "Preparing",
    "Delivering",
    "Promoting",
    "Verifying",
    "settling",
    "running",
    "Active",
  ],
  wait: [
    "SCHEDULED",
    "AwaitingApproval",
    "Pending",
    "pending",
    "verified",
    "Settled",
    "validated",
    "half-open",
    "draft",
  ],
  warn: [
    "UNKNOWN",
    "Suspended",
    "paused",
    "retry",
    "bounced",
    "onHold",
    "held",
    "Held",
    "Awaiting",
    "overdue",
    "unknown",
  ],
  bad: ["DEAD", "Failed", "failed", "rejected", "open", "broken", "dead", "refused", "undeliverable"],
  idle: [],
};
const toneOfCode = new Map(
  Object.entries(tones).flatMap(([tone, codes]) => codes.map((code) => [code, tone as Tone] as const)),
);

/** The tone of a code of the API. */
export const toneOf = (code: string): Tone => toneOfCode.get(code) ?? "idle";

/** A state in words, with a mark whose form says the tone too: nobody has to tell colours apart. */
export function Badge({ code, tone, text }: { code: string; tone?: Tone; text?: string }): Element {
  return html`<span class=${`badge tone-${tone ?? toneOf(code)}`} title=${code}
    ><span class="mark" aria-hidden="true"></span>${text ?? codeName(code)}</span
  >`;
}
