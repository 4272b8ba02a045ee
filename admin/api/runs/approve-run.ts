import { z } from "zod";
import { approvalOf } from "../../../crds/run-approval.ts";
import { runMakers } from "../../../database/commands/run-makers.ts";
import { refuse } from "../../http/refuse.ts";
import { externalRoute, type Route } from "../../http/route.ts";
import { changeIntent, changeOf, requireRun, writeChange } from "./run-intent.ts";
import { reason, runChanged, runParams } from "./run-schemas.ts";

/** Approval of the very result that was looked at; never by whoever started the run, or changed its spec last. */
export const approveRun: Route = externalRoute({
  path: "/runs/{name}/approve",
  role: "approver",
  tag: "Runs",
  summary: "Approve the result that a run waits with, by its digest",
  description:
    "A canary is approved so that the rest is settled, a result so that its bills become live. Whoever started the run, or changed " +
    "its spec last, may not approve it. Nothing is computed again: exactly the bills of the digest are published.",
  action: "run.approve",
  params: runParams,
  body: z.object({
    digest: z
      .string()
      .regex(/^[0-9a-f]{64}$/, "must be 64 hexadecimal digits")
      .describe("`approval.digest` of the run that was looked at"),
    reason,
  }),
  answer: runChanged,
  intent: changeIntent,
  intend: async ({ params: { name }, body: { digest } }, context) => {
    const run = await requireRun(context, name);
    const approval = approvalOf(run);
    if (approval.kind === "nothing") return refuse("not-waiting", approval.why);
    if (approval.digest !== digest) {
      const why = `${name} waits with digest ${approval.digest}, not with ${digest}: look at it again`;
      return refuse("other-digest", why);
    }
    const [makers] = await runMakers(context.client, [name]);
    const { name: approver } = context.actor;
    if (makers?.startedBy === approver || makers?.lastChangedBy === approver) {
      const did = makers.startedBy === approver ? "started it" : "changed it last";
      return refuse("maker-is-checker", `somebody else approves ${name}: you ${did}`);
    }
    return changeOf(run, { approvedDigest: digest }, `${name} is approved`);
  },
  write: writeChange,
});
