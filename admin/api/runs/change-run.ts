import { z } from "zod";
import { changeFor, reserveRelease, type Change } from "../../../crds/run-change.ts";
import type { Run } from "../../../crds/run-object.ts";
import { instant } from "../../../crds/text.ts";
import { refuse } from "../../http/refuse.ts";
import { externalRoute, type Intention, type Route } from "../../http/route.ts";
import { changeIntent, changeOf, requireRun, writeChange } from "./run-intent.ts";
import { reason, runChanged, runParams } from "./run-schemas.ts";

type Intended = Intention<z.output<typeof changeIntent>, never>;

const common = {
  role: "operator",
  tag: "Runs",
  params: runParams,
  answer: runChanged,
  intent: changeIntent,
  write: writeChange,
} as const;

const summaries = {
  suspend: "Start nothing new until the run is resumed",
  resume: "Let a suspended run go on",
  cancel: "Give a run up, for good",
  retry: "Try again what failed; what is done stays done",
} as const;

const byName = Object.entries(summaries).map(([request, summary]) =>
  externalRoute({
    ...common,
    path: `/runs/{name}/${request}`,
    summary,
    action: `run.${request}`,
    body: z.object({ reason }),
    intend: async ({ params: { name } }, context) => {
      const run = await requireRun(context, name);
      return intended(run, changeFor(request as keyof typeof summaries, run));
    },
  }),
);

const release = externalRoute({
  ...common,
  path: "/runs/{name}/release",
  summary: "Let the messages of a run leave, now or from an instant on",
  action: "run.release",
  body: z.object({
    releaseAt: instant.optional().describe("From when on they leave; absent = now"),
    reason,
  }),
  intend: async ({ params: { name }, body: { releaseAt } }, context) => {
    const run = await requireRun(context, name);
    return intended(
      run,
      releaseAt === undefined ? changeFor("release", run) : reserveRelease(run, releaseAt),
    );
  },
});

function intended(run: Run, change: Change): Intended {
  switch (change.kind) {
    case "patch":
      return changeOf(run, change.spec, change.done);
    case "unneeded":
      return refuse("unneeded", change.why);
    case "refused":
      return refuse("not-now", change.why);
  }
}

/** What changes the spec of a run. */
export const changeRuns: readonly Route[] = [...byName, release];
