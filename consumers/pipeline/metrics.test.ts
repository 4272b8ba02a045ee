import assert from "node:assert/strict";
import { test } from "node:test";
import type { Message, RowIn } from "../../notification/notification-row.ts";
import { createMetricSet } from "../../platform/metrics/metric-set.ts";
import { createConsumerMetrics, type ConsumerMetrics } from "./metrics.ts";
import type { SettledMessage } from "./settled.ts";

const message: Message = {
  ...{ billId: 1, generation: 1, messageGeneration: 1, channel: "email", fallbacks: [], attempt: 1 },
  ...{ seq: 1, unknownOutcomes: 0, provider: null },
};
const retried: RowIn<"SCHEDULED"> = { ...message, state: "SCHEDULED", dueAtMs: 0, reason: "retry" };
// What an attempt says does not matter here, only that there was one.
const attempt = {} as SettledMessage["attempt"];

function newMetrics(): { metrics: ConsumerMetrics; line: (series: string) => Promise<string | undefined> } {
  const set = createMetricSet();
  const metrics = createConsumerMetrics(set, "email", ["first"]);
  const line = async (series: string): Promise<string | undefined> =>
    (await set.registry.metrics()).split("\n").find((text) => text.startsWith(series));
  return { metrics, line };
}

test("what a send leads to is counted once: tried again, another channel, or given up", async () => {
  const { metrics, line } = newMetrics();
  metrics.moved({ row: retried, attempt });
  metrics.moved({ row: retried, attempt: null }); // held back: nothing was sent
  metrics.moved({ row: { ...retried, channel: "sms", reason: "fallback" }, attempt });
  metrics.moved({ row: { ...message, state: "UNKNOWN", dueAtMs: 0 }, attempt });
  metrics.moved({ row: { ...message, state: "DEAD", cause: "exhausted" }, attempt });
  metrics.moved({ row: { ...message, state: "SENT" }, attempt });
  metrics.moved({ row: null, attempt });
  const retries = (why: string): string => `billing_send_retries_total{channel="email",why="${why}"}`;
  assert.equal(await line(retries("retry")), `${retries("retry")} 1`);
  assert.equal(await line(retries("unknown-outcome")), `${retries("unknown-outcome")} 1`);
  assert.equal(await line("billing_fallbacks_total{"), 'billing_fallbacks_total{from="email",to="sms"} 1');
  const dead = 'billing_dead_letters_total{channel="email",cause="exhausted"}';
  assert.equal(await line(dead), `${dead} 1`);
});

test("a breaker is in one state at a time", async () => {
  const { metrics, line } = newMetrics();
  const series = (state: string): string =>
    `billing_breaker_state{channel="email",provider="first",state="${state}"}`;
  for (const [now, open] of [
    ["closed", 0],
    ["open", 1],
    ["half-open", 1],
  ] as const) {
    metrics.breaker("first", now);
    for (const state of ["closed", "open", "half-open"]) {
      assert.equal(await line(series(state)), `${series(state)} ${state === now ? 1 : 0}`);
    }
    const name = 'billing_breaker_open{channel="email",provider="first"}';
    assert.equal(await line(name), `${name} ${open}`);
  }
});

test("the age of a claim check is from its being produced, and never below zero", async () => {
  const { metrics, line } = newMetrics();
  const record = { topic: "t", partition: 0, offset: 0, value: null };
  metrics.aged([
    { ...record, timestamp: Date.now() - 2_000 },
    { ...record, timestamp: Date.now() + 60_000 },
    record,
  ]);
  assert.match((await line("billing_claim_check_age_seconds_count")) ?? "", / 2$/);
  const sum = Number((await line("billing_claim_check_age_seconds_sum"))?.split(" ")[1]);
  assert.ok(sum >= 2 && sum < 3, String(sum));
});
