import { executeCommand, type Effect } from "../../database/commands/execute-command.ts";
import { PermanentError } from "../../platform/errors.ts";
import { ExitCode } from "../../platform/exit-codes.ts";
import type { Client } from "../../platform/postgres.ts";
import type { JobContext } from "../run-job.ts";
import type { CommandOptions } from "./options.ts";

/** A command and its two ways to be carried out. */
export interface GivenCommand<Answer extends object> {
  readonly kind: string;
  /** What is ordered, without the reason. */
  readonly body: Readonly<Record<string, unknown>>;
  /** Does it, in the transaction of the command. */
  readonly effect: (client: Client, commandId: string) => Promise<Effect<Answer>>;
  /** Says what it would do. */
  readonly foresee: (client: Client) => Promise<Effect<Answer>>;
  /** The answer for a person, a line each. */
  readonly describe: (answer: Answer) => readonly string[];
}

/** Gives a command, or foresees it, prints the answer with its id, and returns 0, or 43 when it was refused. */
export async function giveCommand<Answer extends object>(
  job: JobContext,
  options: CommandOptions,
  given: GivenCommand<Answer>,
): Promise<ExitCode> {
  const client = await job.connect();
  const dryRun = options.dryRun === true;
  const { effect, status } = dryRun
    ? { effect: await given.foresee(client), status: "dry-run" }
    : await execute(client, options, given);
  const { commandId } = options;
  if (options.output === "json") {
    const { state, answer } = effect;
    job.print(
      JSON.stringify({ commandId: dryRun ? null : commandId, command: given.kind, status, state, ...answer }),
    );
  } else {
    job.print(dryRun ? "dry run: nothing was changed" : `command ${commandId} ${status}`);
    for (const line of given.describe(effect.answer)) job.print(line);
  }
  return effect.state === "done" ? ExitCode.done : ExitCode.jobHopeless;
}

async function execute<Answer extends object>(
  client: Client,
  { commandId, reason, as: actor }: CommandOptions,
  { kind, body, effect }: GivenCommand<Answer>,
): Promise<{ effect: Effect<Answer>; status: string }> {
  const command = { id: commandId, kind, body: { ...body, reason }, actor, reason };
  const outcome = await executeCommand(client, command, () => effect(client, commandId));
  switch (outcome.kind) {
    case "executed":
      return { effect: outcome.effect, status: "executed" };
    case "repeated":
      return { effect: outcome.effect, status: `executed before, at ${outcome.executedAt.toISOString()}` };
    case "id-taken":
      throw new PermanentError(
        "command-id-taken",
        `command ${commandId} was another one (${outcome.byKind}); nothing was done. Give this one an id of its own`,
      );
  }
}
