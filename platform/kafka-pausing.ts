import type { KafkaConsumer, TopicPartition } from "@confluentinc/kafka-javascript";

/** Stops and goes on fetching, whatever partitions come and go meanwhile. */
export interface Pausing {
  readonly isPaused: () => boolean;
  readonly pause: () => void;
  readonly resume: () => void;
  /** The assignment has changed: what is new is not paused yet. */
  readonly assigned: () => void;
}

/**
 * The client keeps a partition paused also while it is another member's. One that was paused, lost, and not among the
 * assigned when all went on, would come back silent for good, without an error. So what was paused is what goes on.
 */
export function createPausing(consumer: Pick<KafkaConsumer, "assignments" | "pause" | "resume">): Pausing {
  let paused: Map<string, TopicPartition> | null = null;
  const assigned = (): void => {
    if (paused === null) return;
    const present = consumer.assignments();
    for (const one of present) paused.set(`${one.topic}/${one.partition}`, one);
    consumer.pause(present);
  };
  return {
    isPaused: () => paused !== null,
    pause() {
      if (paused !== null) return;
      paused = new Map();
      assigned();
    },
    resume() {
      if (paused === null) return;
      const going = [...paused.values()];
      paused = null;
      consumer.resume(going);
    },
    assigned,
  };
}
