import { z } from "zod";
import type { Effect } from "../../../database/commands/execute-command.ts";
import { notFound } from "../../http/problem.ts";
import { refuse } from "../../http/refuse.ts";
import type { CommandContext, RequestContext } from "../../http/route.ts";
import type { Run } from "../../../crds/run-object.ts";
import type { WriteResult } from "../../cluster/write-result.ts";

/** A change of a run's spec as it is kept before it is written. `run` is what `runMakers` finds it by. */
export const changeIntent = z.object({
  run: z.string(),
  starts: z.literal(false),
  uid: z.string(),
  specGeneration: z.int(),
  /** JSON merge patch. */
  spec: z.record(z.string(), z.unknown()),
  done: z.string(),
});

/** A run to be created, as it is kept before it is written. */
export const startIntent = z.object({
  run: z.string(),
  starts: z.literal(true),
  /** Not parsed again: what was accepted then is what is written. */
  spec: z.record(z.string(), z.unknown()),
  labels: z.record(z.string(), z.string()),
  done: z.string(),
});

/** The run of that name; a 404 problem when there is none. `client` is the command's own: a pool may be used up by commands that wait. */
export async function requireRun(
  context: RequestContext & Partial<Pick<CommandContext, "client">>,
  name: string,
): Promise<Run> {
  const found = await context.openRuns(context.client ?? context.pool).find(name);
  if (found === null) throw notFound(`run ${name}`);
  return found;
}

/** The intent that changes `run` by a patch of its spec. */
export function changeOf(
  { metadata }: Run,
  spec: Readonly<Record<string, unknown>>,
  done: string,
): { readonly state: "intended"; readonly intent: z.output<typeof changeIntent> } {
  const { name, uid, generation } = metadata;
  const intent = { run: name, starts: false as const, uid, specGeneration: generation, spec, done };
  return { state: "intended", intent };
}

/** What a command tells of its write. */
export function told<Answer extends object>(result: WriteResult, answer: Answer): Effect<Answer> {
  return result.kind === "written" ? { state: "done", answer } : refuse(result.code, result.why);
}

/** Writes a kept change, once. */
export async function writeChange(
  intent: z.output<typeof changeIntent>,
  { openRuns, client, commandId }: CommandContext,
): Promise<Effect<{ readonly name: string; readonly done: string }>> {
  const { run: name, uid, specGeneration, spec, done } = intent;
  const result = await openRuns(client).change({ name, uid, specGeneration, spec }, commandId);
  return told(result, { name, done });
}
