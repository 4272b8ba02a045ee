import type { Request } from "express";
import { z } from "zod";
import {
  executeCommand,
  type Command,
  type CommandOutcome,
} from "../../database/commands/execute-command.ts";
import { executeExternalCommand } from "../../database/commands/execute-external-command.ts";
import type { Client } from "../../platform/postgres.ts";
import { HttpProblem, type FieldProblem } from "./problem.ts";
import type { AnyInput, RequestContext, Route } from "./route.ts";

const keyForm = z.guid();

/** The command id that the caller gave, after `idempotencyKeyProblems` found nothing. */
export function idempotencyKey(request: Request): string {
  return keyForm.parse(request.get("idempotency-key"));
}

/** What is wrong with the command id of a changing call; a call without one is refused. */
export function idempotencyKeyProblems(request: Request): readonly FieldProblem[] {
  if (keyForm.safeParse(request.get("idempotency-key")).success) return [];
  const message =
    "send a UUID of your own making; the same one again when you are not sure that the call arrived";
  return [{ in: "header", field: "Idempotency-Key", message }];
}

/** Executes a changing route under its command id, on a connection of its own. */
export async function executeRoute(
  route: Route,
  commandId: string,
  input: AnyInput,
  context: RequestContext,
): Promise<CommandOutcome<object>> {
  const { params, body, precondition } = input as AnyInput & {
    params: object;
    body: { reason?: unknown } | null;
  };
  const command: Command = {
    id: commandId,
    kind: route.action,
    body: { ...params, ...body, ...(precondition && { precondition }) },
    actor: context.actor.name,
    reason: typeof body?.reason === "string" ? body.reason : "",
  };
  const client = await context.commandPool.connect();
  let broken: Error | undefined;
  try {
    const commandContext = { ...context, client, commandId };
    // The pool's connections are whole clients.
    const connection = client as unknown as Client;
    if (route.kind === "command") {
      return await executeCommand(connection, command, () => route.execute(input, commandContext));
    }
    return await executeExternalCommand(connection, command, {
      intend: () => route.intend(input, commandContext),
      write: (intent) => route.write(route.intent?.parse(intent), commandContext),
    });
  } catch (error) {
    // A lock may still be held, or a transaction open: nobody else gets this connection.
    if (!(error instanceof HttpProblem)) broken = error as Error;
    throw error;
  } finally {
    client.release(broken);
  }
}
