import { setImmediate as nextTurn, setTimeout as sleep } from "node:timers/promises";
import { faultPoint } from "../../platform/fault-points.ts";
import type { KafkaConsumer, ReceivedRecord } from "../../platform/kafka-consumer.ts";
import type { BreakerBoard } from "./breaker-board.ts";
import { claimBatch, DeliveryHeld, type ClaimedBatch, type Claimer } from "./claim-batch.ts";
import type { ClaimedMessage } from "./claimed-message.ts";
import type { DeadLetterTopic } from "./dead-letter-topic.ts";
import { deliver, gatedMessage, postponed, type Delivery } from "./deliver.ts";
import { createInFlight, type InFlight } from "./in-flight.ts";
import type { ResultWriter } from "./result-writer.ts";

/** Composing is computation: after so many messages the event loop gets a turn for answers and results. */
const composedInARow = 32;
/** After waiting this long for room, the partitions are paused and polled, lest the group thinks this member dead. */
const pauseAfterMs = 1_000;
const retryDelayMs = 500;
/** Between two looks whether tokens have come. */
const tokenWaitMs = 100;
/** What a rate keeps back after its claim, because it is bound to a provider, comes again after so long. */
const keptByRateMs = 1_000;

/** One channel's consumer, put together. */
export interface Pipeline<Content> {
  readonly consumer: KafkaConsumer;
  readonly claimer: Claimer;
  readonly delivery: Delivery<Content>;
  readonly writer: ResultWriter;
  readonly deadLetters: DeadLetterTopic;
  readonly board: BreakerBoard;
  /** Sends under way at most; as many results again may wait for the database. */
  readonly maxInFlight: number;
  readonly claimBatch: number;
  readonly stopping: AbortSignal;
  readonly shutdownDeadlineMs: number;
}

/**
 * Polls, claims, commits the offsets, sends and has the results written, until told to stop; then finishes what is
 * under way, within the deadline. The offsets stand for claims, not for sends: what is lost after the claim is found
 * by its lease.
 */
export async function runPipeline<Content>(pipeline: Pipeline<Content>): Promise<void> {
  const inFlight = createInFlight();
  while (!pipeline.stopping.aborted) {
    const taken = await takeRecords(pipeline, inFlight);
    if (taken.length === 0) continue;
    faultPoint("consumer.after-poll");
    const claimed = await claimUntilDone(pipeline, taken);
    if (claimed === null) break;
    const { batch, records } = claimed;
    if (batch.messages.length > 0) faultPoint("consumer.before-commit");
    pipeline.consumer.commit(records);
    pipeline.deadLetters.poison(batch.poison);
    if (batch.messages.length > 0) faultPoint("consumer.after-claim");
    await startSends(pipeline, inFlight, batch.messages);
  }
  pipeline.consumer.pause();
  const deadline = AbortSignal.timeout(pipeline.shutdownDeadlineMs);
  await inFlight.waitFor(0, pipeline.shutdownDeadlineMs);
  await pipeline.writer.drain(deadline);
  await pipeline.board.leave();
}

/** As many records as may be sent now; none, after a while, when there is no room, the provider is suspected, or delivery held. */
async function takeRecords<Content>(
  pipeline: Pipeline<Content>,
  inFlight: InFlight,
): Promise<readonly ReceivedRecord[]> {
  const { consumer, delivery, maxInFlight } = pipeline;
  // A statement for a handful of rows costs as much as one for hundreds: wait until some room has gathered.
  const enough = Math.min(pipeline.claimBatch, Math.max(1, Math.floor(maxInFlight / 8)));
  await inFlight.waitFor(maxInFlight - enough, pauseAfterMs);
  const free = Math.min(maxInFlight - inFlight.count, 2 * maxInFlight - pipeline.writer.unwritten);
  const wanted = (await isHeld(pipeline)) ? 0 : Math.min(free, pipeline.claimBatch);
  const room = delivery.gate.mayTake(wanted);
  tellBreakers(pipeline);
  if (room > 0) {
    consumer.resume();
    return pollCalmly(pipeline, room);
  }
  if (wanted > 0 && delivery.gate.waitMs < pauseAfterMs) {
    await waitForTokens(pipeline);
    return [];
  }
  consumer.pause();
  return pollCalmly(pipeline, 1);
}

/** While the database is away nothing is known of it; the claim waits for it then. */
async function isHeld<Content>({ claimer }: Pipeline<Content>): Promise<boolean> {
  return (await claimer.arming.hold().catch(() => null)) !== null;
}

/** A rate lets more through in a moment: no reason to stop the fetching. */
async function waitForTokens<Content>({ delivery }: Pipeline<Content>): Promise<void> {
  const waitMs = Math.min(Math.max(delivery.gate.waitMs, 5), tokenWaitMs);
  await sleep(waitMs);
  delivery.metrics.rateWaited(waitMs / 1_000);
}

function tellBreakers<Content>({ board, delivery: { gate, metrics } }: Pipeline<Content>): void {
  for (const provider of gate.names) metrics.breaker(provider, gate.breaker(provider).state);
  board.tell();
}

/** Polls; an error of the client (a broker is away) is waited out. */
async function pollCalmly<Content>(
  { consumer, delivery }: Pipeline<Content>,
  max: number,
): Promise<readonly ReceivedRecord[]> {
  try {
    return await consumer.poll(max);
  } catch (error) {
    delivery.logger.warn({ err: error }, "poll failed, trying again");
    await sleep(retryDelayMs);
    return [];
  }
}

/** What was claimed, and the records it was claimed by. */
interface Claimed {
  readonly batch: ClaimedBatch;
  readonly records: readonly ReceivedRecord[];
}

/**
 * Claims, waiting while the database is away or delivery held; null when told to stop meanwhile: nothing was claimed or
 * committed. Either may last for hours, so the paused partitions are polled, lest the group thinks this member dead.
 */
async function claimUntilDone<Content>(
  pipeline: Pipeline<Content>,
  taken: readonly ReceivedRecord[],
): Promise<Claimed | null> {
  const { claimer, consumer, delivery, stopping } = pipeline;
  let records = taken;
  for (;;) {
    try {
      return { batch: await claimBatch(claimer, records), records };
    } catch (error) {
      if (!(error instanceof DeliveryHeld)) {
        delivery.logger.warn({ err: error, records: records.length }, "claim failed, trying again");
      }
      consumer.pause();
      records = [...records, ...(await pollCalmly(pipeline, 1))];
      if (stopping.aborted) return null;
      await sleep(retryDelayMs);
    }
  }
}

async function startSends<Content>(
  pipeline: Pipeline<Content>,
  inFlight: InFlight,
  messages: readonly ClaimedMessage[],
): Promise<void> {
  const { delivery, writer } = pipeline;
  const admissions = delivery.gate.admit(messages.map(gatedMessage));
  for (const [index, message] of messages.entries()) {
    const why = admissions[index] ?? "breaker";
    if (why !== "send") {
      delivery.metrics.heldBack(why);
      writer.add(postponed(message, why, why === "rate" ? keptByRateMs : delivery.gate.retryAfterMs));
      continue;
    }
    inFlight.start(async () => {
      writer.add(await deliver(delivery, message));
    });
    if (index % composedInARow === composedInARow - 1) await nextTurn();
  }
  delivery.metrics.standing({ inFlight: inFlight.count, unwritten: writer.unwritten });
}
