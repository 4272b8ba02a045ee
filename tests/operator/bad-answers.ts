import type { Fault, FaultProxy, ProxiedRequest } from "../runtime/fault-proxy.ts";
import { seededRandom } from "../faults/random.ts";

/** How often each fault was met so far, but for those of the Lease, which is most of what is asked. */
export type MetFaults = ReadonlyMap<string, number>;

/** Of so many requests one is answered badly. */
const oneIn = 4;
/** So that watches begin, and fail to, many times in a run. */
const watchSeconds = 2;

const refuse = (status: number, reason: string, retryAfterSeconds?: number): Fault => ({
  ...{ kind: "refuse", status, reason },
  ...(retryAfterSeconds !== undefined && { retryAfterSeconds }),
});

// Not the one that is never answered: the client's patience of 30 s, over and over, is longer than a test's.
const ofReads: readonly Fault[] = [
  ...[refuse(410, "Expired"), refuse(429, "TooManyRequests", 0), refuse(500, "InternalError")],
  ...([{ kind: "cut" }, { kind: "cut-after", bytes: 200 }] as const),
];
const ofWrites: readonly Fault[] = [
  ...[refuse(409, "Conflict"), refuse(429, "TooManyRequests", 0), refuse(500, "InternalError")],
  ...([refuse(503, "ServiceUnavailable"), { kind: "cut" }, { kind: "lose-answer" }] as const),
];
const ofWatches: readonly Fault[] = [
  ...[refuse(410, "Expired"), refuse(500, "InternalError")],
  ...([{ kind: "expired-event" }, { kind: "cut" }, { kind: "cut-after", bytes: 700 }] as const),
];

/** From now on the proxy answers badly as the seed has it: each fault of a kind of request once before one comes again. */
export function answerBadly(proxy: FaultProxy, seed: number): MetFaults {
  const random = seededRandom(seed);
  const met = new Map<string, number>();
  const decks = new Map<string, Fault[]>();
  const draw = (name: string, faults: readonly Fault[]): Fault | undefined => {
    const left = decks.get(name) ?? [];
    const deck = left.length > 0 ? left : [...faults];
    decks.set(name, deck);
    return deck.splice(random.between(0, deck.length - 1), 1)[0];
  };
  proxy.watchSeconds = watchSeconds;
  proxy.onRequest = (request) => {
    const faults = faultsOf(request);
    if (faults === null || random.between(1, oneIn) !== 1) return null;
    const kind = request.isWatch ? "watch" : request.method === "GET" ? "read" : "write";
    const isLease = request.path.includes("/leases");
    const fault = draw(isLease ? `lease ${kind}` : kind, faults);
    if (fault === undefined) return null;
    const name = `${kind} ${nameOf(fault)}`;
    if (!isLease) met.set(name, (met.get(name) ?? 0) + 1);
    return fault;
  };
  return met;
}

/** Null: Events are for people and given up at once; what happens to them moves no run. */
function faultsOf({ method, path, isWatch }: ProxiedRequest): readonly Fault[] | null {
  if (path.includes("/events")) return null;
  if (isWatch) return ofWatches;
  return method === "GET" ? ofReads : ofWrites;
}

function nameOf(fault: Fault): string {
  return fault.kind === "refuse" ? String(fault.status) : fault.kind;
}
