import { useEffect } from "preact/hooks";
import type { BillTimeline } from "../answers.ts";
import { instant } from "../format.ts";
import { html, type Element } from "../html.ts";
import { codeName, t } from "../i18n.ts";
import { useResource } from "../use-resource.ts";
import { toneOf } from "../ui/badge.ts";
import { Loaded, Panel } from "../ui/page.ts";

/** Every attempt, receipt, command and dead letter of the bill's messages. */
export function BillTimelinePanel({ id, round }: { id: string; round: number }): Element {
  const timeline = useResource<BillTimeline>(`/bills/${id}/timeline`);
  useEffect(() => {
    if (round > 0) timeline.reload();
  }, [round]);
  return html`<${Panel} title=${t("bill.timeline")}>
    <${Loaded} resource=${timeline}>
      ${({ entries }: BillTimeline) =>
        entries.length === 0
          ? html`<p class="empty">${t("bill.noTimeline")}</p>`
          : html`<ol class="timeline">
              ${entries.map((entry) => html`<${Entry} entry=${entry} />`)}
            </ol>`}
    <//>
  <//>`;
}

function Entry({ entry }: { entry: BillTimeline["entries"][number] }): Element {
  const { kind, what, at, channel, detail, messageGeneration } = entry;
  const tone =
    kind === "dead-letter" || what === "permanent" ? "bad" : kind === "command" ? "busy" : toneOf(what);
  return html`<li class=${`tone-${tone}`}>
    <span class="mark" aria-hidden="true"></span>
    <p>
      <b>${codeName(what)}</b
      >${` · ${codeName(kind)}`}${channel === "" ? "" : ` · ${codeName(channel)}`}${messageGeneration > 1 ? ` · #${messageGeneration}` : ""}
    </p>
    ${detail !== "" && html`<p class="note">${detail}</p>`}
    <time datetime=${at}>${instant(at, true)}</time>
  </li>`;
}
