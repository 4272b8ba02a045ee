import { z } from "zod";
import { billingRunSpec, type BillingRunSpec } from "../../../crds/billing-run.ts";
import type { Effect } from "../../../database/commands/execute-command.ts";
import { HttpProblem } from "../../http/problem.ts";
import { externalRoute, type CommandContext, type Route } from "../../http/route.ts";
import { requireRun, startIntent, told } from "./run-intent.ts";
import { reason, runChanged, runName, runParams } from "./run-schemas.ts";

type Start = z.output<typeof startIntent>;

/** The intent that creates a run. */
export function startOf(
  run: string,
  spec: BillingRunSpec,
  labels: Readonly<Record<string, string>> = {},
): { readonly state: "intended"; readonly intent: Start } {
  const what = spec.mode === "Plan" ? "is planned: it stops before anything is published" : "is started";
  const done = `${run} ${what}`;
  return { state: "intended", intent: { run, starts: true, spec: { ...spec }, labels, done } };
}

/** Creates the run of a kept intent, once. */
export async function writeStart(
  { run, spec, labels, done }: Start,
  { openRuns, client, commandId }: CommandContext,
): Promise<Effect<{ readonly name: string; readonly done: string }>> {
  const manifest = { metadata: { name: run }, spec: billingRunSpec.parse(spec) };
  return told(await openRuns(client).create({ manifest, labels }, commandId), { name: run, done });
}

const body = z
  .object({ name: runName, spec: billingRunSpec, reason })
  .describe("Name and spec of a BillingRun, by the rules of its CustomResourceDefinition");
const common = { role: "operator", tag: "Runs", answer: runChanged, intent: startIntent } as const;

const start = externalRoute({
  ...common,
  path: "/runs",
  summary: "Start a run",
  action: "run.start",
  body,
  intend: ({ body: { name, spec } }) => Promise.resolve(startOf(name, spec)),
  write: writeStart,
});

const plan = externalRoute({
  ...common,
  path: "/runs/plan",
  summary: "Compute and prove a month without publishing it: a run in mode Plan",
  action: "run.plan",
  body,
  intend: ({ body: { name, spec } }) => Promise.resolve(startOf(name, { ...spec, mode: "Plan" })),
  write: writeStart,
});

const settleAgain = externalRoute({
  ...common,
  path: "/runs/{name}/settle-again",
  summary: "Settle the month of a run again, by a new run with the same spec",
  description:
    "The new run computes another generation from what is recorded now; promoted, it supersedes the former.",
  action: "run.settle-again",
  params: runParams,
  body: z.object({ newName: runName, mode: z.enum(["Plan", "Commit"]).optional(), reason }),
  intend: async ({ params: { name }, body: { newName, mode } }, context) => {
    const { spec } = await requireRun(context, name);
    return startOf(newName, againOf(spec, mode ?? spec.mode));
  },
  write: writeStart,
});

/** The spec of a run without what belonged to that one run alone. */
function againOf(spec: BillingRunSpec, mode: BillingRunSpec["mode"]): BillingRunSpec {
  const { releaseAt: _reserved, ...dispatch } = spec.dispatch;
  const own = { approvedDigest: "", cancel: false, retryGeneration: 0, suspend: false };
  const read = billingRunSpec.safeParse({ ...spec, ...own, dispatch, mode });
  if (read.success) return read.data;
  throw new HttpProblem(409, "unreadable-run", z.prettifyError(read.error));
}

/** What starts runs. */
export const startRuns: readonly Route[] = [start, plan, settleAgain];
