import { SingleBar } from "cli-progress";

/** Tells a person how far the load is: a live bar on a terminal, one line a stage elsewhere. */
export interface Progress {
  /** `done` of all rows of a stage are loaded. */
  advance(stage: string, done: number): void;
  stop(): void;
}

/** Progress of stages with known totals, in the order in which they finish; written to stderr. */
export function showProgress(totals: Readonly<Record<string, number>>): Progress {
  return process.stderr.isTTY ? liveBar(totals) : linePerStage(totals);
}

function liveBar(totals: Readonly<Record<string, number>>): Progress {
  const done: Record<string, number> = {};
  const bar = new SingleBar({
    format: "generate  {bar} {percentage} %  {value} of {total} rows  {stage}  {eta_formatted} left",
    etaBuffer: 50,
  });
  bar.start(
    Object.values(totals).reduce((sum, total) => sum + total, 0),
    0,
    { stage: "" },
  );
  return {
    advance(stage, count) {
      done[stage] = count;
      bar.update(
        Object.values(done).reduce((sum, value) => sum + value, 0),
        { stage },
      );
    },
    stop() {
      bar.stop();
    },
  };
}

function linePerStage(totals: Readonly<Record<string, number>>): Progress {
  const startedAtMs = performance.now();
  return {
    advance(stage, count) {
      if (count < (totals[stage] ?? 0)) return;
      const seconds = ((performance.now() - startedAtMs) / 1000).toFixed(1);
      process.stderr.write(`generate: ${String(count)} ${stage} loaded after ${seconds} s\n`);
    },
    stop() {
      // Every line is complete already.
    },
  };
}
