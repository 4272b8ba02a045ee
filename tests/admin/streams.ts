import type { Role } from "../../admin/access/actor.ts";
import type { TestAdmin } from "./admin.ts";

/** A stream of events as it comes in. */
export interface TestStream {
  readonly type: string | null;
  /** All that came so far. */
  readonly text: () => string;
  readonly ended: () => boolean;
  readonly close: () => void;
}

/** Opens a stream as somebody signed in. */
export async function openStream(admin: TestAdmin, who: Role, path: string): Promise<TestStream> {
  const stop = new AbortController();
  const { cookie } = await admin.as(who);
  const response = await fetch(admin.url + path, { headers: { cookie }, signal: stop.signal });
  const { body } = response;
  if (response.status !== 200 || body === null) throw new Error(`no stream: ${response.status}`);
  let text = "";
  let ended = false;
  void (async () => {
    for await (const part of body.pipeThrough(new TextDecoderStream())) text += part;
  })()
    .catch(() => undefined)
    .finally(() => {
      ended = true;
    });
  return {
    type: response.headers.get("content-type"),
    text: () => text,
    ended: () => ended,
    close: () => stop.abort(),
  };
}
