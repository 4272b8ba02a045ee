import { html, type Element } from "../html.ts";
import { t } from "../i18n.ts";
import type { Liveness } from "../live.ts";

const tones = { connecting: "idle", live: "good", lost: "warn" } as const;

/** Whether what is shown is live. */
export function LiveMark({ liveness }: { liveness: Liveness }): Element {
  return html`<span class=${`live tone-${tones[liveness]}`} role="status">
    <span class="mark" aria-hidden="true"></span>${t(`common.${liveness}`)}
  </span>`;
}
