import { randomBytes } from "node:crypto";
import type { Logger } from "../../platform/logger.ts";
import type { Pool } from "../../platform/postgres.ts";
import { topicNames, topics, type ReadTopic, type TopicName } from "./topics.ts";

/** One change of one topic. Ids grow while the process lives; `id` names the process too. */
export interface LiveEvent {
  readonly id: string;
  readonly topic: TopicName;
  /** JSON. */
  readonly text: string;
}

interface Standing {
  readonly event: LiveEvent;
  readonly version: number;
}

/** What the hub works with. */
export interface HubParts {
  readonly pool: Pool;
  readonly logger: Logger;
  /** Between two looks at the database. [1 s] */
  readonly everyMs?: number;
  /** For tests. [`topics`] */
  readonly read?: Readonly<Record<TopicName, ReadTopic>>;
}

type Listener = (event: LiveEvent) => void;

/**
 * Looks at the database for everybody who listens: one poller a process, one query a topic and round, and none while nobody
 * listens to the topic. A listener first gets what it has not seen of each topic, then each change once.
 */
export class EventHub {
  readonly #parts: Required<HubParts>;
  readonly #process = randomBytes(6).toString("hex");
  readonly #listeners = new Map<Listener, ReadonlySet<TopicName>>();
  readonly #standing = new Map<TopicName, Standing>();
  #version = 0;
  #timer: NodeJS.Timeout | undefined;
  #looking = false;
  constructor(parts: HubParts) {
    this.#parts = { everyMs: 1_000, read: topics, ...parts };
  }

  /** Listens until the returned function is called. `lastId`: the last event that the listener got, perhaps of a former process. */
  listen(wanted: ReadonlySet<TopicName>, lastId: string | undefined, listener: Listener): () => void {
    const [process, version] = (lastId ?? "").split("-");
    const seen = process === this.#process ? Number(version) : 0;
    const alreadyHeard = this.#heardTopics();
    this.#listeners.set(listener, wanted);
    for (const topic of wanted) {
      const standing = this.#standing.get(topic);
      // What nobody listened to may be old: the next round reads it, and tells whoever has not seen that value.
      if (standing !== undefined && alreadyHeard.has(topic) && standing.version > seen)
        listener(standing.event);
      if (!alreadyHeard.has(topic)) this.#standing.delete(topic);
    }
    this.#schedule(0);
    return () => {
      this.#listeners.delete(listener);
      if (this.#listeners.size > 0) return;
      clearTimeout(this.#timer);
      this.#timer = undefined;
    };
  }

  #heardTopics(): ReadonlySet<TopicName> {
    return new Set([...this.#listeners.values()].flatMap((wanted) => [...wanted]));
  }

  #schedule(afterMs: number): void {
    if (this.#looking) return;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#look(), afterMs);
    this.#timer.unref();
  }

  async #look(): Promise<void> {
    this.#looking = true;
    const heard = this.#heardTopics();
    for (const topic of topicNames.filter((name) => heard.has(name))) await this.#lookAt(topic);
    this.#looking = false;
    if (this.#listeners.size > 0) this.#schedule(this.#parts.everyMs);
  }

  async #lookAt(topic: TopicName): Promise<void> {
    const { pool, logger, read } = this.#parts;
    try {
      const text = JSON.stringify(await read[topic](pool));
      if (this.#standing.get(topic)?.event.text === text) return;
      const version = ++this.#version;
      const event = { id: `${this.#process}-${version}`, topic, text };
      this.#standing.set(topic, { event, version });
      for (const [listener, wanted] of this.#listeners) if (wanted.has(topic)) listener(event);
    } catch (error) {
      // The database is away for a moment: the stream stays open, and goes on by itself.
      logger.warn({ topic, code: (error as { code?: unknown }).code }, "a topic could not be read");
    }
  }
}
