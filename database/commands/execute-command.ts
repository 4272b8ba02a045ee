import { faultPoint } from "../../platform/fault-points.ts";
import { inTransactionOn, type Client, type Queryable } from "../../platform/postgres.ts";

/** An order by a person, under an id of the person's making. */
export interface Command {
  /** UUID. */
  readonly id: string;
  readonly kind: string;
  /** All that was ordered, as JSON: the same id with another body is a mistake. */
  readonly body: Readonly<Record<string, unknown>>;
  readonly actor: string;
  readonly reason: string;
}

/** What a command did, as it is told again whenever the command comes again. */
export interface Effect<Answer> {
  /** `refused`: nothing was changed. */
  readonly state: "done" | "refused";
  readonly answer: Answer;
}

/** What came of giving a command. */
export type CommandOutcome<Answer> =
  | { readonly kind: "executed"; readonly effect: Effect<Answer> }
  /** It was executed before, then and never since. */
  | { readonly kind: "repeated"; readonly effect: Effect<Answer>; readonly executedAt: Date }
  /** The id belongs to another command. */
  | { readonly kind: "id-taken"; readonly byKind: string };

/** Deadlock or serialization failure: the transaction is gone, and doing it again can help. */
const lostRaces: ReadonlySet<unknown> = new Set(["40P01", "40001"]);
const maxTries = 5;

/**
 * Executes a command once: its row, its effect, the answer and the audit row commit together. Given twice at the same
 * time, the second waits for the first and gets its answer; after a crash before the commit nothing has happened,
 * after it the answer stands.
 */
export async function executeCommand<Answer extends object>(
  client: Client,
  command: Command,
  effect: () => Promise<Effect<Answer>>,
): Promise<CommandOutcome<Answer>> {
  for (let tries = 1; ; tries++) {
    try {
      const outcome = await inTransactionOn(client, () => executeOnce(client, command, effect));
      faultPoint("command.after-commit");
      return outcome;
    } catch (error) {
      // Consumers write results in their own order of rows, so a command over many can be the victim of a deadlock.
      if (tries >= maxTries || !lostRaces.has((error as { code?: unknown }).code)) throw error;
    }
  }
}

async function executeOnce<Answer extends object>(
  client: Client,
  command: Command,
  effect: () => Promise<Effect<Answer>>,
): Promise<CommandOutcome<Answer>> {
  const { id, kind, body, actor, reason } = command;
  const claimed = await client.query(
    `insert into commands (id, kind, body, actor, reason) values ($1, $2, $3, $4, $5) on conflict do nothing`,
    [id, kind, body, actor, reason],
  );
  if (claimed.rowCount === 0) return await requireFormer<Answer>(client, command);
  const done = await effect();
  await finishCommand(client, command, done);
  faultPoint("command.before-commit");
  return { kind: "executed", effect: done };
}

/** Keeps what a command did, with its audit row; in the transaction of the caller. */
export async function finishCommand(
  client: Queryable,
  { id, kind, body, actor, reason }: Command,
  done: Effect<object>,
): Promise<void> {
  await client.query(
    "update commands set state = $2, answer = $3, finished_at = clock_timestamp() where id = $1",
    [id, done.state, done.answer],
  );
  const detail = { kind, body, reason, state: done.state, answer: done.answer };
  // Kinds of delivery stand alone (`redrive`), others name what they are about (`run.approve`).
  const action = kind.includes(".") ? kind : `delivery.${kind}`;
  await client.query("insert into audit_log (actor, action, subject, detail) values ($1, $2, $3, $4)", [
    actor,
    action,
    `command:${id}`,
    detail,
  ]);
}

async function requireFormer<Answer extends object>(
  client: Queryable,
  command: Command,
): Promise<CommandOutcome<Answer>> {
  const former = await formerOutcome<Answer>(client, command);
  if (former === null) throw new Error(`command ${command.id} is under way elsewhere`);
  return former;
}

/** What came of a command that was given before under this id; null when none was, or it has no answer yet. */
export async function formerOutcome<Answer extends object>(
  client: Queryable,
  { id, kind, body }: Command,
): Promise<CommandOutcome<Answer> | null> {
  const { rows } = await client.query<{
    kind: string;
    same: boolean;
    state: Effect<Answer>["state"];
    answer: Answer;
    executedAt: Date | null;
  }>(
    `select kind, kind = $2 and body = $3::jsonb as same, state, answer, finished_at as "executedAt"
       from commands where id = $1`,
    [id, kind, body],
  );
  const [former] = rows;
  if (former === undefined) return null;
  if (!former.same) return { kind: "id-taken", byKind: former.kind };
  if (former.executedAt === null) return null;
  const { state, answer, executedAt } = former;
  return { kind: "repeated", effect: { state, answer }, executedAt };
}
