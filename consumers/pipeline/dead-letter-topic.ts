import { encodeDeadLetter } from "../../events/dead-letter.ts";
import { messageKey, TOPICS } from "../../events/topics.ts";
import type { PoisonMessage } from "../../database/notifications/park-poison.ts";
import { faultPoint } from "../../platform/fault-points.ts";
import type { KafkaProducer, OutgoingRecord } from "../../platform/kafka-producer.ts";
import type { Logger } from "../../platform/logger.ts";
import type { SettledMessage } from "./settled.ts";

/** Announces what was given up. The tables are the truth; a letter lost here is missed by an alert only. */
export interface DeadLetterTopic {
  dead(settled: readonly SettledMessage[]): void;
  poison(messages: readonly PoisonMessage[]): void;
}

/** Produces without being waited for; a failure is logged. */
export function createDeadLetterTopic(producer: KafkaProducer, logger: Logger): DeadLetterTopic {
  const announce = (records: readonly OutgoingRecord[]): void => {
    if (records.length === 0) return;
    producer.produceAll(records).catch((error: unknown) => {
      logger.warn({ err: error, letters: records.length }, "dead letters not announced");
    });
  };
  return {
    dead: (settled) => {
      const letters = settled.flatMap((one) => deadRecord(one) ?? []);
      if (letters.length > 0) faultPoint("consumer.before-announce");
      announce(letters);
    },
    poison: (messages) => {
      announce(messages.map(poisonRecord));
    },
  };
}

function deadRecord({ row, message }: SettledMessage): OutgoingRecord | null {
  if (row?.state !== "DEAD") return null;
  const { billId, generation, messageGeneration, seq, cause } = row;
  const ids = { period: message.generation.period, billId, generation, messageGeneration, seq };
  const { channel } = message.row;
  return {
    topic: TOPICS.deadLetter,
    key: messageKey(message.bill.memberId),
    value: encodeDeadLetter({
      v: 1,
      kind: "message",
      ...ids,
      channel,
      cause,
      diedAt: new Date().toISOString(),
    }),
  };
}

function poisonRecord({ topic, partition, offset, cause }: PoisonMessage): OutgoingRecord {
  const place = { topic, partition, offset: String(offset) };
  return {
    topic: TOPICS.deadLetter,
    key: topic,
    value: encodeDeadLetter({ v: 1, kind: "poison", ...place, cause, diedAt: new Date().toISOString() }),
  };
}
