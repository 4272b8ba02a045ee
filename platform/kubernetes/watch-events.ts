import { errorOfAnswer, KubernetesError } from "./kubernetes-error.ts";
import { linesOf } from "./lines.ts";
import type { KubernetesObject, WatchEvent } from "./kubernetes.ts";

interface WatchLine {
  readonly type: string;
  readonly object: KubernetesObject & { readonly code?: number };
}

/** The events of a watch's stream; rejects with the status of an ERROR event, 410 when the version is too old. */
export async function* watchEvents<Kind>(
  chunks: AsyncIterable<Uint8Array>,
): AsyncGenerator<WatchEvent<Kind>> {
  for await (const line of linesOf(chunks)) yield eventOf<Kind>(line);
}

function eventOf<Kind>(line: string): WatchEvent<Kind> {
  const { type, object } = parse(line);
  switch (type) {
    case "ADDED":
    case "MODIFIED":
    case "DELETED":
      return { type, object: object as Kind };
    case "BOOKMARK":
      return { type, resourceVersion: object.metadata.resourceVersion ?? "" };
    case "ERROR":
      throw errorOfAnswer(object.code ?? 0, JSON.stringify(object), undefined);
    default:
      throw new KubernetesError(0, "UnknownEvent", `watch event of unknown type ${type}`);
  }
}

function parse(line: string): WatchLine {
  try {
    return JSON.parse(line) as WatchLine;
  } catch {
    throw new KubernetesError(0, "Malformed", `watch event is not JSON: ${line.slice(0, 200)}`);
  }
}
