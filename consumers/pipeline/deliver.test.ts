import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { test } from "node:test";
import type { ClaimedRow } from "../../database/deliverable-bills/claim.ts";
import { DEFAULT_POLICY } from "../../notification/policy.ts";
import { createColumnCipher } from "../../platform/encryption.ts";
import { createLogger } from "../../platform/logger.ts";
import { createMetricSet } from "../../platform/metrics/metric-set.ts";
import { noTracing } from "../../platform/tracing/tracing.ts";
import type { BillBook } from "./bill-books.ts";
import { sendingRow, type ClaimedMessage } from "./claimed-message.ts";
import { deliver, type Delivery } from "./deliver.ts";
import { createMemberRules } from "./member-rules.ts";
import { createConsumerMetrics } from "./metrics.ts";
import { createProviderGate } from "./provider-gate.ts";

const noon = Date.parse("2026-11-02T12:00:00+09:00");
const lateEvening = Date.parse("2026-11-02T22:30:00+09:00");
const generation = { period: "2026-10", generation: 1 };
const rulesOf = createMemberRules(DEFAULT_POLICY);
// Delivery looks at the rules alone; composing is the channel's.
const book = { policy: DEFAULT_POLICY, rulesOf } as unknown as BillBook;

const bill: ClaimedRow = {
  ...{ billId: 2_026_100_000_000_001, memberId: 1, messageGeneration: 1, seq: 1, attempt: 1 },
  ...{ unknownOutcomes: 0, provider: "first", channelPlan: "email,sms", reason: "send-day", accountId: 1 },
  ...{ taxableMinor: 100, taxMinor: 10, totalMinor: 110, toldMinor: null, items: null },
  ...{ nameEncrypted: Buffer.alloc(0), emailEncrypted: null, phoneEncrypted: null, pushTokenEncrypted: null },
  ...{ addressIndex: null, suppressed: false, language: "ko", timeZone: "Asia/Seoul" },
  ...{ quietStart: null, quietEnd: null, nowMs: noon },
};

function claimed(changes: Partial<ClaimedRow>, awake = false): ClaimedMessage {
  const row = { ...bill, ...changes };
  const rules = rulesOf(row);
  return {
    ...{ generation, bill: row, row: sendingRow(row, "email", generation, Date.now() + 60_000), book },
    rules: awake ? { ...rules, quiet: { zone: rules.quiet.zone, windows: [] } } : rules,
    claimedAtMs: performance.now(),
  };
}

/** A consumer of e-mail whose provider accepts everything; what it counts is read as the lines of a scrape. */
function consumer(): { delivery: Delivery<string>; line: (series: string) => Promise<number> } {
  const set = createMetricSet();
  const provider = { name: "first", weight: 1, slowAfterMs: null, sendsPerSecond: 0 };
  const unlimited = {
    ...{ limit: () => undefined, tokens: () => Infinity, spend: () => undefined, waitMs: Infinity },
    ...{ throttle: () => undefined, refresh: () => undefined },
  };
  const accepted = { outcome: { kind: "accepted" }, providerMessageId: "p1", detail: "" } as const;
  const key = (): string => randomBytes(32).toString("base64");
  const delivery: Delivery<string> = {
    hasContact: () => true,
    compose: () => ({ to: "nobody", content: "a bill" }),
    senders: new Map([["first", { send: () => Promise.resolve(accepted), close: () => Promise.resolve() }]]),
    gate: createProviderGate("email", [provider], unlimited),
    cipher: createColumnCipher(`k1:${key()}`, key()),
    metrics: createConsumerMetrics(set, "email", ["first"]),
    logger: createLogger("tests", "silent"),
    tracing: noTracing,
  };
  const line = async (series: string): Promise<number> => {
    const found = (await set.registry.metrics()).split("\n").find((text) => text.startsWith(`${series} `));
    return Number(found?.slice(series.length + 1));
  };
  return { delivery, line };
}

const disturbed = 'billing_sends_in_quiet_hours_total{channel="email"}';
const accepts = 'billing_sends_total{channel="email",provider="first",outcome="accepted"}';

test("a send in quiet hours that nobody ordered is counted, whatever let it through", async () => {
  const { delivery, line } = consumer();
  assert.equal(await line(disturbed), 0, "it stands at 0 from the start");
  await deliver(delivery, claimed({ nowMs: lateEvening, reason: "retry" }, true));
  assert.deepEqual([await line(accepts), await line(disturbed)], [1, 1]);
});

test("a send by day, one that a person ordered by night, and one that was held back are none", async () => {
  const { delivery, line } = consumer();
  await deliver(delivery, claimed({}));
  await deliver(delivery, claimed({ nowMs: lateEvening, reason: "forced-in-quiet-hours" }, true));
  await deliver(delivery, claimed({ nowMs: lateEvening }));
  assert.deepEqual([await line(accepts), await line(disturbed)], [2, 0]);
  assert.equal(await line('billing_messages_held_back_total{channel="email",why="quiet"}'), 1);
});
