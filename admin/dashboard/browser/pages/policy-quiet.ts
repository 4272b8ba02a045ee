import { duration } from "../format.ts";
import { html, type Element } from "../html.ts";
import { t } from "../i18n.ts";
import { minutesIn, stretchOf, type TimeWindow } from "../quiet-day.ts";
import { DayBar } from "../ui/day-bar.ts";
import { EditList } from "../ui/edit-list.ts";
import { Field } from "../ui/form.ts";
import { Panel } from "../ui/page.ts";
import type { PolicyDraft } from "./policy-draft.ts";

/** When nobody is disturbed: hours of the day, and whole days. */
export function QuietPanel({ draft }: { draft: PolicyDraft }): Element {
  const { spec, change, wrong } = draft;
  return html`<${Panel} title=${t("policy.quiet")}>
    <${DayBar} windows=${spec.quietHours} />
    <div class="policy-parts">
      <${EditList}
        label=${t("policy.quietHours")}
        hint=${t("policy.quietHours.says")}
        wrong=${wrong("quietHours")}
        items=${spec.quietHours}
        onChange=${(quietHours: readonly TimeWindow[]) => change({ quietHours })}
        nameOf=${(_window: TimeWindow, index: number) => t("policy.window", { n: index + 1 })}
        row=${windowRow(wrong)}
        additions=${[[t("policy.addWindow"), { start: "12:00", end: "13:00" }]]}
      />
      <${EditList}
        class="dates"
        label=${t("policy.holidays")}
        hint=${t("policy.holidays.says")}
        wrong=${wrong("holidays")}
        items=${spec.holidays}
        onChange=${(holidays: readonly string[]) => change({ holidays })}
        nameOf=${(date: string, index: number) => (date === "" ? t("policy.holiday", { n: index + 1 }) : date)}
        row=${(date: string, index: number, replace: (date: string) => void) =>
          html`<${Field}
            label=${t("policy.holiday", { n: index + 1 })}
            type="date"
            required
            value=${date}
            wrong=${wrong(`holidays.${index}`)}
            onChange=${replace}
          />`}
        additions=${[[t("policy.addHoliday"), ""]]}
      />
    </div>
  <//>`;
}

const windowRow =
  (wrong: PolicyDraft["wrong"]) =>
  (window: TimeWindow, index: number, replace: (window: TimeWindow) => void): Element => {
    const at = `quietHours.${index}`;
    return html`<${Field}
        label=${t("policy.from")}
        type="time"
        required
        value=${window.start}
        wrong=${wrong(`${at}.start`)}
        onChange=${(start: string) => replace({ ...window, start })}
      />
      <${Field}
        label=${t("policy.to")}
        type="time"
        required
        value=${
          // No browser shows 24:00, which the API takes for the end.
          window.end === "24:00" ? "00:00" : window.end
        }
        wrong=${wrong(`${at}.end`)}
        onChange=${(end: string) => replace({ ...window, end })}
      />
      <span class="note window-length">${lengthOf(window)}</span>`;
  };

function lengthOf(window: TimeWindow): string {
  if (window.start !== "" && window.start === window.end) return t("policy.longNone");
  const stretch = stretchOf(window);
  if (stretch === undefined) return "";
  const time = duration(minutesIn(stretch) * 60_000);
  const goesOn = stretch.toMinute > 0 && stretch.toMinute < stretch.fromMinute;
  return goesOn ? t("policy.longNextDay", { time }) : time;
}
