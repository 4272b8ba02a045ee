import type { Command } from "commander";
import { toRun } from "../crds/run-object.ts";
import { readRun, runAddress, type StoredRun } from "./billing-runs.ts";
import { changeFor, consequenceOfCancelling, type Request } from "../crds/run-change.ts";
import { ask } from "./ask.ts";
import { Refusal } from "./refusal.ts";
import { inSession, type Session } from "./session.ts";

const summaries: Readonly<Record<Request, string>> = {
  retry: "try again what failed; what is done stays done",
  cancel: "give a run up, for good",
  suspend: "start nothing new until the run is resumed",
  resume: "let a suspended run go on",
  release: "let the messages of a run leave that waits for it",
};

/** `retry | cancel | suspend | resume | release RUN`: each a change of the run's spec. */
export function defineChanges(parent: Command): void {
  for (const [name, summary] of Object.entries(summaries)) {
    const command = parent.command(name).description(summary).argument("<run>", "name of the BillingRun");
    if (name === "cancel") command.option("-y, --yes", "do not ask");
    command.action((run: string, { yes }: { readonly yes?: boolean }) =>
      inSession(command, (session) => request(session, name as Request, run, yes === true)),
    );
  }
}

async function request(session: Session, what: Request, name: string, sure: boolean): Promise<void> {
  const stored = await readRun(session.kubernetes, session.namespace, name);
  const run = toRun(stored);
  const change = changeFor(what, run);
  if (change.kind === "refused") throw new Refusal(change.why);
  if (change.kind === "unneeded") {
    session.print(session.json ? JSON.stringify(stored, null, 2) : change.why);
    return;
  }
  if (what === "cancel" && !sure) {
    const answer = await ask(`${consequenceOfCancelling(run)}\nType the name of the run to cancel it: `);
    if (answer !== name) throw new Refusal("not cancelled");
  }
  const changed = await session.kubernetes.mergePatch<StoredRun>(runAddress(session.namespace, name), {
    spec: change.spec,
  });
  session.print(session.json ? JSON.stringify(changed, null, 2) : change.done);
}
