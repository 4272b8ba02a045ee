import type { Command } from "commander";
import { shutdownSignal } from "../platform/shutdown.ts";
import { toRun, type Run } from "../crds/run-object.ts";
import { billingRuns, readRun, type StoredRun } from "./billing-runs.ts";
import { createRate } from "./rate.ts";
import { progressOf } from "./run-progress.ts";
import { runTable } from "./run-table.ts";
import { conditionsText, runLine, runText, withoutPace, type Pace } from "./run-text.ts";
import { createScreen } from "./screen.ts";
import { inSession, type Session } from "./session.ts";
import { watchRun } from "./watch-run.ts";
import { Refusal } from "./refusal.ts";

const rateWindowMs = 30_000;
const redrawMs = 1_000;

/** `status [RUN] [--watch]`: all runs, one run, or one run as it goes. */
export function defineStatus(parent: Command): void {
  const command = parent
    .command("status")
    .description("how runs stand; with --watch as they go, with rate and time left")
    .argument("[run]", "name of the BillingRun; without one, all of the namespace")
    .option("-w, --watch", "follow the run to its end; exit code 1 unless it completes");
  command.action((name: string | undefined, { watch }: { readonly watch?: boolean }) =>
    inSession(command, async (session) => {
      if (name === undefined) {
        if (watch === true)
          throw new Refusal("name the run to watch; `kubectl get billingruns -w` shows all");
        await printAll(session);
      } else if (watch === true) await follow(session, name);
      else await printOne(session, name);
    }),
  );
}

async function printAll({ kubernetes, namespace, json, print }: Session): Promise<void> {
  const { items } = await kubernetes.list<StoredRun>(billingRuns, { namespace });
  if (json) print(JSON.stringify(items, null, 2));
  else if (items.length === 0) print(`No BillingRun in namespace ${namespace}.`);
  else print(runTable(items.map(toRun), Date.now()));
}

async function printOne({ kubernetes, namespace, json, print }: Session, name: string): Promise<void> {
  const stored = await readRun(kubernetes, namespace, name);
  if (json) {
    print(JSON.stringify(stored, null, 2));
    return;
  }
  const run = toRun(stored);
  print(`${runText(run, withoutPace(Date.now()))}\n`);
  print(conditionsText(run));
}

async function follow(session: Session, name: string): Promise<void> {
  const stop = new AbortController();
  const signal = AbortSignal.any([stop.signal, shutdownSignal()]);
  const view = session.json ? jsonView(session) : process.stdout.isTTY ? liveView() : lineView(session);
  try {
    for await (const run of watchRun(session, name, signal)) {
      view.show(run);
      if (!isFinished(run)) continue;
      process.exitCode = run.status?.phase === "Completed" ? 0 : 1;
      return;
    }
  } finally {
    view.close();
    stop.abort();
  }
}

interface View {
  readonly show: (run: Run) => void;
  readonly close: () => void;
}

/** Redraws at every change, and every second in between: the time left passes though nothing changes. */
function liveView(): View {
  const screen = createScreen(process.stdout);
  const rates = { settle: createRate(rateWindowMs), deliver: createRate(rateWindowMs) };
  let current: Run | null = null;
  const draw = (): void => {
    const nowMs = Date.now();
    const pace: Pace = { nowMs, perSecond: (stage) => rates[stage].perSecond(nowMs) };
    if (current !== null) screen.draw(runText(current, pace));
  };
  const timer = setInterval(draw, redrawMs);
  return {
    show(run) {
      current = run;
      for (const { stage, paced } of progressOf(run)) rates[stage].observe(Date.now(), paced.done);
      draw();
    },
    close() {
      clearInterval(timer);
    },
  };
}

/** A line whenever it would read differently. */
function lineView({ print }: Session): View {
  let last = "";
  return {
    show(run) {
      const line = runLine(run);
      if (line !== last) print(line);
      last = line;
    },
    close: () => undefined,
  };
}

/** A JSON document a change, each on its line. */
function jsonView({ print }: Session): View {
  return {
    show(run) {
      print(JSON.stringify(run));
    },
    close: () => undefined,
  };
}

function isFinished({ status }: Run): boolean {
  return (
    status?.conditions.some(({ type, status: value }) => type === "Finished" && value === "True") ?? false
  );
}
