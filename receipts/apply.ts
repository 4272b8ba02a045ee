import { periodOfBill } from "../database/commands/message-target.ts";
import { billingNow } from "../database/promotion/billing-now.ts";
import { lockMessages } from "../database/receipts/lock-messages.ts";
import {
  messagesOfProviderIds,
  providerNumberName,
  type ProviderNumber,
} from "../database/receipts/messages-of-provider-ids.ts";
import type { JudgedReceipt, Receipt } from "../database/receipts/receipt-row.ts";
import { writeReceived } from "../database/receipts/write-received.ts";
import { suppressAddresses, type SuppressionOrder } from "../database/suppressions/suppress-addresses.ts";
import { CHANNEL_REGISTRY } from "../notification/channels/registry.ts";
import type { MessageIdentity } from "../notification/idempotency-key.ts";
import type { Queryable } from "../platform/postgres.ts";
import { judgeReceipts, type NamedReceipt } from "./judge.ts";

/** What receipts have done. */
export interface Applied {
  /** One for each receipt, in their order. */
  readonly judged: readonly JudgedReceipt[];
  /** Addresses suppressed anew. */
  readonly suppressed: number;
  /** Messages given up, by the channel that bounced last. */
  readonly dead: readonly { readonly channel: string; readonly cause: string }[];
}

/** Finds the messages of receipts, moves their rows and suppresses addresses, in the caller's transaction. */
export async function applyReceipts(
  client: Queryable,
  source: string,
  receipts: readonly Receipt[],
): Promise<Applied> {
  const found = await findMessages(client, receipts);
  const named = receipts.flatMap((receipt): NamedReceipt[] => {
    const messages = found.get(receipt) ?? [];
    const [message] = messages;
    return message === undefined || messages.length > 1 ? [] : [{ receipt, message }];
  });
  const nowMs = (await billingNow(client)).getTime();
  const judgedByReceipt = new Map<Receipt, JudgedReceipt>();
  const current = new Set<Receipt>();
  const dead: { channel: string; cause: string }[] = [];
  for (const group of byGeneration(named)) {
    const billIds = [...new Set(group.named.map(({ message }) => message.billId))];
    const messages = await lockMessages(client, group, billIds);
    const judgement = judgeReceipts(group.named, messages, nowMs);
    await writeReceived(client, group, judgement.moves);
    for (const judged of judgement.judged) judgedByReceipt.set(judged.receipt, judged);
    for (const receipt of judgement.current) current.add(receipt);
    for (const { after } of judgement.moves) {
      if (after.state === "DEAD") dead.push({ channel: after.channel, cause: after.cause });
    }
  }
  const judged = receipts.map(
    (receipt) => judgedByReceipt.get(receipt) ?? unfound(receipt, found.get(receipt) ?? []),
  );
  const orders = judged.flatMap((one) => suppressionOf(one, current.has(one.receipt)));
  return { judged, suppressed: await suppressAddresses(client, source, orders), dead };
}

async function findMessages(
  client: Queryable,
  receipts: readonly Receipt[],
): Promise<ReadonlyMap<Receipt, readonly MessageIdentity[]>> {
  const numberOf = ({ message, channel, providerMessageId }: Receipt): ProviderNumber[] =>
    message === null && providerMessageId !== null ? [{ channel, providerMessageId }] : [];
  const byNumber = await messagesOfProviderIds(client, receipts.flatMap(numberOf));
  return new Map(
    receipts.map((receipt) => {
      const [number] = numberOf(receipt);
      if (number !== undefined) return [receipt, byNumber.get(providerNumberName(number)) ?? []];
      return [receipt, receipt.message === null ? [] : [receipt.message]];
    }),
  );
}

interface ReceiptGroup {
  readonly period: string;
  readonly generation: number;
  readonly named: NamedReceipt[];
}

/** In one order, whoever asks: two transactions that lock rows of two generations must not wait for each other. */
function byGeneration(named: readonly NamedReceipt[]): readonly ReceiptGroup[] {
  const groups = new Map<string, ReceiptGroup>();
  for (const one of named) {
    const { billId, generation } = one.message;
    const period = periodOfBill(billId);
    // A number that is no bill's is of no message.
    if (period === null) continue;
    const key = `${period}/${String(generation).padStart(5, "0")}`;
    const group = groups.get(key) ?? { period, generation, named: [] };
    groups.set(key, group);
    group.named.push(one);
  }
  return [...groups].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, group]) => group);
}

function unfound(receipt: Receipt, messages: readonly MessageIdentity[]): JudgedReceipt {
  const { message } = receipt;
  const effect = message !== null ? "unknown-message" : messages.length > 1 ? "ambiguous" : null;
  return { receipt, message, effect, fromState: null, toState: null };
}

/** A hard bounce or complaint of a message of ours suppresses its address, whatever became of the row. */
function suppressionOf(
  { receipt, message, fromState }: JudgedReceipt,
  isCurrent: boolean,
): SuppressionOrder[] {
  const { kind, channel, code, occurredAtMs } = receipt;
  if (kind !== "hard-bounce" && kind !== "complaint") return [];
  if (message === null || fromState === null) return [];
  const { contact } = CHANNEL_REGISTRY[channel];
  return [{ message, channel, contact, reason: kind, code, occurredAtMs, isCurrent }];
}
