import assert from "node:assert/strict";
import { test } from "node:test";
import { DEFAULT_POLICY, type NotificationPolicy } from "../../notification/policy.ts";
import { createProviderGate, type GatedProvider, type ProviderGate } from "./provider-gate.ts";
import type { SharedRates } from "./shared-rates.ts";

const policy: NotificationPolicy = {
  ...DEFAULT_POLICY,
  breaker: {
    ...{ windowMs: 60_000, minSends: 10, failureFraction: 0.2, openMs: 60_000, probeSends: 2 },
    undecidedMs: 60_000,
  },
};

/** Rates that somebody else fills: tokens by name, without a database. */
function purse(tokens: Record<string, number> = {}): SharedRates {
  return {
    limit: () => undefined,
    tokens: (name) => tokens[name] ?? Infinity,
    spend: (name) => {
      if (name in tokens) tokens[name] = (tokens[name] ?? 0) - 1;
    },
    throttle: (name) => {
      tokens[name] = 0;
    },
    refresh: () => undefined,
    waitMs: Infinity,
  };
}

function provider(name: string, changes: Partial<GatedProvider> = {}): GatedProvider {
  return { name, weight: 1, slowAfterMs: null, sendsPerSecond: 0, ...changes };
}

function gateOf(providers: readonly GatedProvider[], rates = purse()): ProviderGate {
  const gate = createProviderGate("email", providers, rates);
  gate.follow(policy);
  return gate;
}

const fresh = (name: string): { provider: string; isWaiting: boolean } => ({
  provider: name,
  isWaiting: false,
});

function fail(gate: ProviderGate, name: string, times: number): void {
  const outcome = { kind: "transient" } as const;
  for (let time = 0; time < times; time++) gate.record({ ...fresh(name), outcome, durationMs: 1 });
}

function share(gate: ProviderGate, count: number): Record<string, number> {
  const found: Record<string, number> = {};
  for (const index of gate.choose(count)) {
    const name = gate.names[index] ?? "";
    found[name] = (found[name] ?? 0) + 1;
  }
  return found;
}

void test("while one provider's breaker is open the others take its share, and its failures text nobody", () => {
  const gate = gateOf([provider("a", { weight: 3 }), provider("b")]);
  assert.deepEqual(share(gate, 8), { a: 6, b: 2 });
  fail(gate, "a", 10);
  assert.deepEqual([gate.breaker("a").state, gate.breaker("b").state], ["open", "closed"]);
  assert.deepEqual(share(gate, 8), { b: 8 });
  assert.equal(gate.mayTake(500), 500);
  assert.equal(gate.mayFallBack(fresh("a")), false);
  assert.equal(gate.mayFallBack(fresh("b")), true);
  assert.deepEqual(gate.admit([fresh("a"), fresh("b")]), ["breaker", "send"]);
});

void test("while all are open nothing is taken", () => {
  const gate = gateOf([provider("a"), provider("b")]);
  fail(gate, "a", 10);
  fail(gate, "b", 10);
  assert.equal(gate.mayTake(500), 0);
  assert.equal(gate.mayFallBack(fresh("b")), false);
});

void test("slowness opens a breaker while another could take over, and not the last one", () => {
  const slow = { outcome: { kind: "accepted" }, durationMs: 600 } as const;
  const gate = gateOf([provider("a", { slowAfterMs: 500 }), provider("b", { slowAfterMs: 500 })]);
  for (let time = 0; time < 50; time++) {
    gate.record({ ...fresh("a"), ...slow });
    gate.record({ ...fresh("b"), ...slow });
  }
  assert.deepEqual([gate.breaker("a").state, gate.breaker("b").state], ["open", "closed"]);
  const alone = gateOf([provider("a", { slowAfterMs: 500 })]);
  for (let time = 0; time < 50; time++) alone.record({ ...fresh("a"), ...slow });
  assert.equal(alone.breaker("a").state, "closed");
});

void test("tokens bound what is taken, whom it goes to and what is sent; a breaker gives them back", () => {
  const tokens = { a: 3, "": 5 };
  const gate = gateOf([provider("a"), provider("b")], purse(tokens));
  assert.equal(gate.mayTake(500), 5);
  assert.deepEqual(share(gate, 8), { a: 3, b: 5 });
  const claimed = ["a", "a", "a", "a", "b", "b", "b"].map(fresh);
  assert.deepEqual(gate.admit(claimed), ["send", "send", "send", "rate", "send", "send", "rate"]);
  assert.deepEqual(tokens, { a: 0, "": 0 });
  const spared = { "": 4 };
  const open = gateOf([provider("a"), provider("b")], purse(spared));
  fail(open, "a", 10);
  assert.deepEqual(open.admit([fresh("a"), fresh("b")]), ["breaker", "send"]);
  assert.deepEqual(spared, { "": 3 });
});

void test("one that asked for patience is not chosen", () => {
  const gate = gateOf([provider("a"), provider("b")]);
  gate.record({ ...fresh("a"), outcome: { kind: "throttled", retryAfterMs: 5_000 }, durationMs: 1 });
  assert.deepEqual(share(gate, 4), { b: 4 });
  assert.equal(gate.breaker("a").state, "closed");
});

void test("a provider that nobody configured is let through, to be told unknown", () => {
  assert.deepEqual(gateOf([provider("a")]).admit([fresh("gone")]), ["send"]);
});
