import cliProgress, { type SingleBar } from "cli-progress";
import { countText, durationText, stageText } from "./number-text.ts";
import type { StageView } from "./progress.ts";

/** Bars on a terminal: one a stage, with rate and time left. */
export function createBarView(): StageView {
  const bars = new cliProgress.MultiBar({
    format: "  {stage} {bar} {percentage}%  {count}  {note}",
    barsize: 28,
    barCompleteChar: "█",
    barIncompleteChar: "░",
    hideCursor: true,
    clearOnComplete: true,
    forceRedraw: true,
    fps: 5,
  });
  const running = new Map<string, SingleBar>();
  return {
    begin(name, unit) {
      const bar = bars.create(1, 0, { stage: name.padEnd(16), count: "", note: "" });
      const startedMs = performance.now();
      running.set(name, bar);
      return {
        update(done, total, note = "") {
          const elapsedMs = performance.now() - startedMs;
          const leftMs = done > 0 ? (elapsedMs * (total - done)) / done : 0;
          const rate = `${countText(Math.round((done * 1_000) / Math.max(elapsedMs, 1)))}/s`;
          const left = leftMs > 0 ? `${durationText(leftMs)} left` : "";
          bar.setTotal(Math.max(total, 1));
          bar.update(done, {
            count: `${countText(done)}/${countText(total)} ${unit}`,
            note: [rate, left, note].filter((text) => text !== "").join(", "),
          });
        },
      };
    },
    end(result) {
      const bar = running.get(result.name);
      if (bar !== undefined) bars.remove(bar);
      running.delete(result.name);
      bars.log(`  ✓ ${stageText(result)}\n`);
    },
    say(line) {
      bars.log(`${line}\n`);
    },
    close() {
      bars.stop();
    },
  };
}
