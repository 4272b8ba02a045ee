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
    const told = (event: MessageEvent<string>): void => {
      setValues((before) => ({ ...before, [event.type]: JSON.parse(event.data) as unknown }));
      listener.current?.();
    };
    return keepListening(topics, told, setLiveness);
  }, [topics]);
  return { liveness, values };
}

/** How long after a refusal the stream is asked for again. */
const againMs = 5_000;

/**
 * Listens until the returned function is called. A stream that ended because its token did is begun again by the browser, by then with the
 * token that a proxy adds next, unless the page has found out that nobody is signed in.
 */
function keepListening(
  topics: string,
  told: (event: MessageEvent<string>) => void,
  become: (liveness: Liveness) => void,
): () => void {
  let again: number | undefined;
  const open = (): EventSource => {
    const stream = new EventSource(`/api/v1/events?topics=${topics}`);
    for (const topic of topics.split(",")) stream.addEventListener(topic, told);
    stream.addEventListener("open", () => become("live"));
    stream.addEventListener("session-ended", () => signedOut.dispatchEvent(new Event("out")));
    stream.addEventListener("error", () => {
      become("lost");
      // Refused, or answered by a proxy: then the browser does not come back by itself.
      if (stream.readyState !== EventSource.CLOSED) return;
      signedOut.dispatchEvent(new Event("out"));
      again = window.setTimeout(() => (source = open()), againMs);
    });
    return stream;
  };
  let source = open();
  return () => {
    clearTimeout(again);
    source.close();
  };
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
