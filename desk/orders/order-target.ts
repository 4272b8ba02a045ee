import { billsOfMember, billTargets } from "../../database/commands/bill-targets.ts";
import { messageTargets, type MessageTargetFilter } from "../../database/commands/message-targets.ts";
import type { TargetChunk } from "../../database/commands/move-messages.ts";
import { deadLetterTargets } from "../../database/dead-letters/dead-letter-targets.ts";
import type { DeadLetterFilter } from "../../database/dead-letters/filter.ts";
import { PermanentError } from "../../platform/errors.ts";
import type { Queryable } from "../../platform/postgres.ts";

/** Which messages an order is for, as it is kept with the command: plain JSON. */
export type OrderTarget =
  /** The newest message of each bill. */
  | { readonly bills: readonly number[] }
  /** The bills of a member in a month. */
  | { readonly member: number; readonly period: string }
  | { readonly letters: DeadLetterFilter; readonly limit: number }
  | { readonly filter: MessageTargetFilter; readonly limit: number };

/** Finds them, a chunk at a time. Throws PermanentError for a member without an account. */
export function findTargets(client: Queryable, target: OrderTarget): AsyncIterable<TargetChunk> {
  if ("bills" in target) return billTargets(client, target.bills);
  if ("letters" in target) return deadLetterTargets(client, target.letters, target.limit);
  if ("filter" in target) return messageTargets(client, target.filter, target.limit);
  return memberTargets(client, target.member, target.period);
}

async function* memberTargets(
  client: Queryable,
  member: number,
  period: string,
): AsyncGenerator<TargetChunk> {
  const billIds = await billsOfMember(client, member, period);
  if (billIds.length === 0) throw new PermanentError("unknown-member", `member ${member} has no account`);
  yield* billTargets(client, billIds);
}
