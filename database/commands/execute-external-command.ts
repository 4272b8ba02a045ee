import { faultPoint } from "../../platform/fault-points.ts";
import { inTransactionOn, type Client } from "../../platform/postgres.ts";
import {
  finishCommand,
  formerOutcome,
  type Command,
  type CommandOutcome,
  type Effect,
} from "./execute-command.ts";

/** The two halves of a command whose effect is outside the database. */
export interface ExternalEffect<Answer> {
  /** Decides what to write. It is kept and committed before anything is written. */
  readonly intend: () => Promise<
    | { readonly state: "intended"; readonly intent: object }
    | { readonly state: "refused"; readonly answer: Answer }
  >;
  /** Writes a kept intent; after a crash it is called again with the same one, and must then do no more than once. */
  readonly write: (intent: unknown) => Promise<Effect<Answer>>;
}

/**
 * Executes a command whose effect is outside the database, once: what is wanted commits first, then it is written, then the answer
 * and the audit row commit. Given again after a crash in the middle, the kept intent is written again; given twice at the same
 * time, the second waits for the first and gets its answer. What `write` throws leaves the command open for a next try.
 */
export async function executeExternalCommand<Answer extends object>(
  client: Client,
  command: Command,
  effect: ExternalEffect<Answer>,
): Promise<CommandOutcome<Answer>> {
  await client.query("select pg_advisory_lock(hashtextextended('command ' || $1::uuid, 0))", [command.id]);
  try {
    const former = await formerOutcome<Answer>(client, command);
    if (former !== null) return former;
    const intent = await keepIntent(client, command, effect);
    if (intent.kind === "executed") return intent;
    faultPoint("external-command.before-write");
    const done = await effect.write(intent.intent);
    faultPoint("external-command.after-write");
    await inTransactionOn(client, () => finishCommand(client, command, done));
    return { kind: "executed", effect: done };
  } finally {
    await client.query("select pg_advisory_unlock(hashtextextended('command ' || $1::uuid, 0))", [
      command.id,
    ]);
  }
}

async function keepIntent<Answer extends object>(
  client: Client,
  command: Command,
  { intend }: ExternalEffect<Answer>,
): Promise<
  | { readonly kind: "kept"; readonly intent: unknown }
  | { readonly kind: "executed"; readonly effect: Effect<Answer> }
> {
  return await inTransactionOn(client, async () => {
    const { id, kind, body, actor, reason } = command;
    const { rows } = await client.query<{ intent: unknown }>("select intent from commands where id = $1", [
      id,
    ]);
    if (rows[0] !== undefined) return { kind: "kept", intent: rows[0].intent };
    const wanted = await intend();
    await client.query(
      "insert into commands (id, kind, body, actor, reason, intent) values ($1, $2, $3, $4, $5, $6)",
      [id, kind, body, actor, reason, wanted.state === "intended" ? wanted.intent : null],
    );
    if (wanted.state === "intended") return { kind: "kept", intent: wanted.intent };
    const refused: Effect<Answer> = { state: "refused", answer: wanted.answer };
    await finishCommand(client, command, refused);
    return { kind: "executed", effect: refused };
  });
}
