import { useEffect, useRef, useState } from "preact/hooks";
import type { Controls } from "../../../database/live/controls.ts";
import type { OpenBreaker } from "../../../database/live/open-breakers.ts";
import type { QueueSum } from "../../../database/live/queue-sums.ts";
import type { GenerationStanding } from "../../../database/live/standing.ts";
import { signedOut } from "./api.ts";

/** How the stream of events stands. */
export type Liveness = "connecting" | "live" | "lost";

/** What each topic says (admin/events/topics.ts). */
export interface TopicValues {
  readonly runs: readonly GenerationStanding[];
  readonly queue: readonly QueueSum[];
  readonly sends: number;
  readonly controls: Controls;
  readonly breakers: readonly OpenBreaker[];
}

/** What was heard so far. */
export interface Live {
  readonly liveness: Liveness;
  readonly values: Partial<TopicValues>;
}

/**
 * Listens to topics of `/api/v1/events` while the component is shown. The browser connects again by itself, and tells the id of
 * the last event, so that it gets only what has changed since.
 */
export function useLive(topics: string, onEvent?: () => void): Live {
  const [liveness, setLiveness] = useState<Liveness>("connecting");
  const [values, setValues] = useState<Partial<TopicValues>>({});
  const listener = useRef(onEvent);
  listener.current = onEvent;
  useEffect(() => {
    const source = new EventSource(`/api/v1/events?topics=${topics}`);
    const told = (event: MessageEvent<string>): void => {
      setValues((before) => ({ ...before, [event.type]: JSON.parse(event.data) as unknown }));
      listener.current?.();
    };
    for (const topic of topics.split(",")) source.addEventListener(topic, told);
    source.addEventListener("open", () => setLiveness("live"));
    source.addEventListener("error", () => setLiveness("lost"));
    source.addEventListener("session-ended", () => {
      source.close();
      signedOut.dispatchEvent(new Event("out"));
    });
    return () => source.close();
  }, [topics]);
  return { liveness, values };
}

/** Calls `reload` when a topic changes, at most once in `everyMs`. */
export function useReloadOn(topics: string, reload: () => void, everyMs = 1_000): Live {
  const waiting = useRef<number | undefined>(undefined);
  const latest = useRef(reload);
  latest.current = reload;
  useEffect(() => () => clearTimeout(waiting.current), []);
  return useLive(topics, () => {
    waiting.current ??= window.setTimeout(() => {
      waiting.current = undefined;
      latest.current();
    }, everyMs);
  });
}
