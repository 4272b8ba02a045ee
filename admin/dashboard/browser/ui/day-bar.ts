import { html, type Element } from "../html.ts";
import { t } from "../i18n.ts";
import {
  acrossMidnight,
  quietStretches,
  restOfDay,
  stretchText,
  type Stretch,
  type TimeWindow,
} from "../quiet-day.ts";

const share = (minutes: number): string => `${(minutes / 1_440) * 100}%`;

/** A day from midnight to midnight in which quiet windows are shaded, with both parts in words. */
export function DayBar({ windows }: { windows: readonly TimeWindow[] }): Element {
  const quiet = quietStretches(windows);
  const free = restOfDay(quiet);
  const said = (stretches: readonly Stretch[]): string =>
    acrossMidnight(stretches).map(stretchText).join(", ");
  const quietText = quiet.length === 0 ? t("policy.noneQuiet") : said(quiet);
  const freeText = free.length === 0 ? t("policy.noneFree") : said(free);
  return html`<figure class="day">
    <div
      class="day-bar"
      role="img"
      aria-label=${`${t("policy.day")}: ${t("policy.quietPart")} ${quietText}; ${t("policy.freePart")} ${freeText}`}
    >
      ${quiet.map(
        ({ fromMinute, toMinute }) =>
          html`<span
            class="day-quiet"
            style=${{ left: share(fromMinute), width: share(toMinute - fromMinute) }}
          ></span>`,
      )}
    </div>
    <div class="day-hours" aria-hidden="true">
      ${["00", "06", "12", "18", "24"].map((hour) => html`<span>${hour}</span>`)}
    </div>
    <ul class="legend" aria-hidden="true">
      <li><span class="swatch day-quiet"></span>${t("policy.quietPart")} <b>${quietText}</b></li>
      <li class=${free.length === 0 ? "wrong" : ""}>
        <span class="swatch day-free"></span>${t("policy.freePart")} <b>${freeText}</b>
      </li>
    </ul>
  </figure>`;
}
