import type { RecentAttempts } from "../answers.ts";
import { duration, timeOfDay } from "../format.ts";
import { html, type Element } from "../html.ts";
import { codeName, t } from "../i18n.ts";
import { useReloadOn } from "../live.ts";
import { useResource } from "../use-resource.ts";
import { Badge, toneOf } from "../ui/badge.ts";
import { Loaded, Panel } from "../ui/page.ts";

/** The newest attempts, as they end. */
export function SendLog(): Element {
  const recent = useResource<RecentAttempts>("/messages/recent?limit=60");
  useReloadOn("sends", recent.reload);
  return html`<${Panel} title=${t("delivery.log")}>
    <${Loaded} resource=${recent}>
      ${({ attempts }: RecentAttempts) =>
        attempts.length === 0
          ? html`<p class="empty">${t("delivery.logEmpty")}</p>`
          : html`<div class="log" tabindex="0" role="region" aria-label=${t("delivery.log")}>
              <ol>
                ${attempts.map((attempt) => html`<${Line} key=${attempt.id} attempt=${attempt} />`)}
              </ol>
            </div>`}
    <//>
  <//>`;
}

function Line({ attempt }: { attempt: RecentAttempts["attempts"][number] }): Element {
  const { billId, channel, endedAt, outcome, detail, durationMs } = attempt;
  return html`<li>
    <time datetime=${endedAt}>${timeOfDay(endedAt)}</time>
    <span>${codeName(channel)}</span>
    <span
      ><${Badge}
        code=${outcome}
        tone=${outcome === "accepted" ? "good" : outcome === "permanent" ? "bad" : toneOf(outcome) === "idle" ? "warn" : undefined}
      />
      <a href=${`/bills/${billId}`}>${billId}</a
      >${detail === "" || outcome === "accepted" ? "" : ` ${detail}`}</span
    >
    <span class="took">${duration(durationMs)}</span>
  </li>`;
}
