import { isGone, KubernetesError } from "../../platform/kubernetes/kubernetes-error.ts";
import type {
  Kubernetes,
  KubernetesObject,
  Resource,
  Selection,
  WatchEvent,
} from "../../platform/kubernetes/kubernetes.ts";
import { exponentialBackoff, type Backoff } from "./backoff.ts";
import { createObjectStore, type ObjectStore } from "./object-store.ts";
import { sleep } from "./sleep.ts";

/** A local copy of the objects of a kind, which follows the API server through whatever happens in between. */
export interface Reflector<Kind> extends Pick<ObjectStore<Kind>, "objects" | "subscribe"> {
  /** Once the first list is in the store; rejects if `run` ends before. */
  readonly synced: Promise<void>;
  /** Whether the store was filled, and the server answers and was heard of lately: for readiness, not for liveness. */
  isHealthy(): boolean;
  /** Follows until `signal`; never rejects. Once only. */
  run(signal: AbortSignal): Promise<void>;
}

export interface ReflectorOptions {
  readonly kubernetes: Pick<Kubernetes, "list" | "watch">;
  readonly resource: Resource;
  readonly selection?: Selection;
  /** Between tries. [0.5 s to 30 s] */
  readonly backoff?: Backoff;
  /** A watch silent for so long is taken for dead; the server sends a bookmark a minute. [150 s: two missed] */
  readonly livenessMs?: number;
  /** Only refused or unanswered for so long, it is not healthy. [20 s: a server that restarts is back before] */
  readonly failingTooLongMs?: number;
  /** Of the connection or of a subscriber; nothing more has to be done about it. */
  readonly onError: (error: unknown) => void;
}

/** After so many failures in a row the version itself is suspected, e.g. when etcd was restored from a backup. */
const failuresBeforeRelist = 3;

/** A watch that ends sooner, and brought nothing, was none. */
const shortestWatchMs = 1_000;

/** A reflector of one kind; see `Reflector`. */
export function createReflector<Kind extends KubernetesObject>(options: ReflectorOptions): Reflector<Kind> {
  return new ListWatchReflector(options);
}

class ListWatchReflector<Kind extends KubernetesObject> implements Reflector<Kind> {
  readonly #options: ReflectorOptions;
  readonly #backoff: Backoff;
  readonly #livenessMs: number;
  readonly #failingTooLongMs: number;
  readonly #store: ObjectStore<Kind>;
  readonly #synced = Promise.withResolvers<undefined>();
  /** Where to go on from; null: from a new list. */
  #version: string | null = null;
  #isSynced = false;
  /** When a list, an event or a bookmark came last. */
  #heardAt = -Infinity;
  /** Rounds in a row that brought nothing. */
  #failures = 0;
  /** When the first round failed since the server answered last; null: it answers. */
  #failingSince: number | null = null;

  constructor(options: ReflectorOptions) {
    this.#options = options;
    this.#backoff = options.backoff ?? exponentialBackoff({ baseMs: 500, maxMs: 30_000 });
    this.#livenessMs = options.livenessMs ?? 150_000;
    this.#failingTooLongMs = options.failingTooLongMs ?? 20_000;
    this.#store = createObjectStore(options.onError);
    this.#synced.promise.catch(() => undefined); // nobody has to wait for it
  }

  get objects(): ReadonlyMap<string, Kind> {
    return this.#store.objects;
  }

  get synced(): Promise<void> {
    return this.#synced.promise;
  }

  subscribe: ObjectStore<Kind>["subscribe"] = (onChange) => this.#store.subscribe(onChange);

  isHealthy(): boolean {
    const now = performance.now();
    const failingMs = this.#failingSince === null ? 0 : now - this.#failingSince;
    return this.#isSynced && failingMs < this.#failingTooLongMs && now - this.#heardAt < 2 * this.#livenessMs;
  }

  async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      try {
        await this.#follow(this.#version ?? (await this.#relist()), signal);
      } catch (error) {
        await this.#recover(error, signal);
      }
    }
    this.#synced.reject(signal.reason);
  }

  async #recover(error: unknown, signal: AbortSignal): Promise<void> {
    if (signal.aborted) return;
    this.#options.onError(error);
    this.#failures++;
    this.#failingSince ??= performance.now();
    if (isGone(error) || this.#failures >= failuresBeforeRelist) this.#version = null;
    await sleep(this.#backoff(this.#failures), signal);
  }

  async #relist(): Promise<string> {
    const { resource, selection, kubernetes } = this.#options;
    const list = await kubernetes.list<Kind>(resource, selection);
    // What was deleted while nobody watched is noticed here: it is not in the list.
    this.#store.replaceAll(list.items);
    this.#version = list.resourceVersion;
    this.#heard();
    this.#isSynced = true;
    this.#synced.resolve(undefined);
    return list.resourceVersion;
  }

  /** Follows one watch until the server ends it, which it does every few minutes; rejects when it ends otherwise. */
  async #follow(resourceVersion: string, signal: AbortSignal): Promise<void> {
    const { resource, selection, kubernetes } = this.#options;
    const silence = new AbortController();
    const watchdog = setTimeout(() => silence.abort(), this.#livenessMs);
    const until = AbortSignal.any([signal, silence.signal]);
    const openedAt = performance.now();
    let saidSomething = false;
    try {
      const events = kubernetes.watch<Kind>(resource, { ...selection, resourceVersion, signal: until });
      for await (const event of events) {
        watchdog.refresh();
        this.#take(event);
        saidSomething = true;
        this.#failures = 0;
      }
    } finally {
      clearTimeout(watchdog);
    }
    if (silence.signal.aborted) {
      throw new KubernetesError(
        0,
        "Silent",
        `watch of ${resource.plural} said nothing for ${this.#livenessMs} ms`,
      );
    }
    // Else a server that ends each watch at once would be asked in a tight loop.
    if (!saidSomething && performance.now() - openedAt < shortestWatchMs) {
      throw new KubernetesError(0, "Empty", `watch of ${resource.plural} ended without a word`);
    }
    this.#failures = 0;
    this.#failingSince = null;
  }

  #heard(): void {
    this.#heardAt = performance.now();
    this.#failingSince = null;
  }

  #take(event: WatchEvent<Kind>): void {
    switch (event.type) {
      case "ADDED":
      case "MODIFIED":
        this.#store.put(event.object);
        break;
      case "DELETED":
        this.#store.remove(event.object);
        break;
      case "BOOKMARK":
        break;
    }
    this.#heard();
    const version = event.type === "BOOKMARK" ? event.resourceVersion : event.object.metadata.resourceVersion;
    // An event without a version would restart the watch at "whatever is now".
    this.#version = version || this.#version;
  }
}
