import type { ModelParts } from "./parts.ts";
import { bad, work, type Step } from "./step.ts";
import { withEntry, type World } from "./world.ts";

/** A time at which everything is due and every lease has run out. */
export const FAR_MS = Date.UTC(2100, 0, 1);

/** What the dispatcher can do next: dispatcher/outbox.ts and dispatcher/sweep.ts, one step for each commit or produce. */
export function dispatcherSteps(world: World, parts: ModelParts): Step[] {
  const { dispatcher, openBatches } = world;
  const crash = bad("the dispatcher crashes", { ...world, dispatcher: { at: "idle" } });
  switch (dispatcher.at) {
    case "idle":
      return [...queueing(world, parts), ...sweeping(world, parts)];
    case "committed": {
      const { entry } = dispatcher;
      const produced = withEntry(world, { ...entry, committed: false });
      return [
        work("produce", { ...produced, dispatcher: { at: "produced", seq: entry.seq } }),
        // Kafka has it, and its acknowledgement never comes.
        bad("produce, then the dispatcher crashes", { ...produced, dispatcher: { at: "idle" } }),
        crash,
      ];
    }
    case "produced": {
      const left = openBatches.filter((seq) => seq !== dispatcher.seq);
      return [work("close the batch", { ...world, openBatches: left, dispatcher: { at: "idle" } }), crash];
    }
  }
}

function queueing(world: World, { transition, rules }: ModelParts): Step[] {
  const result = transition(world.row, { kind: "due", nowMs: FAR_MS }, rules);
  if (result.kind === "refused") return [];
  const { seq, channel } = result.row;
  return [
    work("queue what is due", {
      ...world,
      row: result.row,
      openBatches: [...world.openBatches, seq],
      dispatcher: { at: "committed", entry: { seq, channel } },
    }),
  ];
}

function sweeping(world: World, { transition, sweeps, rules }: ModelParts): Step[] {
  const { row, openBatches } = world;
  const steps: Step[] = [];
  const expired = transition(row, { kind: "lease-expired", machineNowMs: FAR_MS, nowMs: FAR_MS }, rules);
  if (expired.kind === "moved") {
    const after = world.withdrawn
      ? transition({ ...row, state: "QUEUED" }, { kind: "superseded" }, rules)
      : expired;
    if (after.kind === "moved") steps.push(work("the lease runs out", { ...world, row: after.row }));
  }
  if (!sweeps) return steps;
  const { seq, channel } = row;
  for (const batch of openBatches) {
    const holdsRow = row.state === "QUEUED" && seq === batch;
    const again = holdsRow ? withEntry(world, { seq, channel, committed: false }) : world;
    steps.push(work("produce an open batch again", { ...again, dispatcher: { at: "produced", seq: batch } }));
  }
  if (row.state === "QUEUED") {
    steps.push(
      work("produce an overdue claim check again", withEntry(world, { seq, channel, committed: false })),
    );
  }
  return steps;
}
