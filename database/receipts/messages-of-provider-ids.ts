import type { Channel } from "../../notification/channel.ts";
import type { MessageIdentity } from "../../notification/idempotency-key.ts";
import type { Queryable } from "../../platform/postgres.ts";

/** A number that a provider gave a message, on one channel. */
export interface ProviderNumber {
  readonly channel: Channel;
  readonly providerMessageId: string;
}

/** The name of a provider's number in the map below. */
export function providerNumberName({ channel, providerMessageId }: ProviderNumber): string {
  return `${channel}:${providerMessageId}`;
}

/**
 * The messages that were accepted under these numbers, by name; a number that no result has named yet has none, one
 * that two providers have given has several. One probe of each month's index a number.
 */
export async function messagesOfProviderIds(
  client: Queryable,
  numbers: readonly ProviderNumber[],
): Promise<ReadonlyMap<string, readonly MessageIdentity[]>> {
  if (numbers.length === 0) return new Map();
  const { rows } = await client.query<MessageIdentity & { providerMessageId: string }>(
    `select distinct provider_message_id as "providerMessageId", channel, bill_id as "billId", generation,
            message_generation as "messageGeneration"
       from notification_attempts
      where provider_message_id = any($1::text[]) and outcome = 'accepted'`,
    [numbers.map(({ providerMessageId }) => providerMessageId)],
  );
  return Map.groupBy(rows, providerNumberName);
}
