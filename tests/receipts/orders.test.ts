import assert from "node:assert/strict";
import { test, type TestContext } from "node:test";
import { resultRow } from "../../consumers/pipeline/settled.ts";
import { claimDeliverableBills } from "../../database/deliverable-bills/claim.ts";
import { lockExpiredLeases } from "../../database/notifications/lock-expired-leases.ts";
import { queueDue } from "../../database/notifications/queue-due.ts";
import { writeExpiredLeases } from "../../database/notifications/write-expired-leases.ts";
import { writeResults } from "../../database/notifications/write-results.ts";
import type { Receipt } from "../../database/receipts/receipt-row.ts";
import { eventOrders, type OrderedEvent } from "../../notification/model/event-orders.ts";
import type { ReceiptKind } from "../../notification/notification-event.ts";
import { DEFAULT_LADDERS } from "../../notification/retry-ladder.ts";
import { transition } from "../../notification/state.ts";
import type { DeliveryRules } from "../../notification/transition.ts";
import { createPool, inTransactionOn, type Client, type Pool } from "../../platform/postgres.ts";
import { recordEvents } from "../../receipts/record.ts";
import { billIdOf, insertLiveGeneration } from "../support/bills.ts";
import { testDatabase } from "../support/postgres.ts";

const address = { period: "2026-10", generation: 1 };
const far = Date.UTC(2100, 0, 1);

/** One message and the order in which things happen to it. */
interface Story {
  readonly billId: number;
  readonly order: readonly OrderedEvent[];
  readonly kinds: readonly ReceiptKind[];
  /** Whether its receipts name the provider's number. */
  readonly named: boolean;
}

const kindsOfStories: readonly (readonly ReceiptKind[])[] = [
  ["delivered"],
  ["complaint"],
  ["hard-bounce"],
  ["delivered", "hard-bounce"],
  ["hard-bounce", "hard-bounce"],
  ["soft-bounce", "delivered"],
];

function allStories(): Story[] {
  const stories: Story[] = [];
  for (const kinds of kindsOfStories) {
    for (const order of eventOrders(kinds.length)) {
      for (const named of [true, false]) {
        stories.push({ billId: billIdOf(address.period, stories.length + 1), order, kinds, named });
      }
    }
  }
  return stories;
}

const stories = allStories();

async function stage(t: TestContext): Promise<{ owner: Client; pool: Pool }> {
  const { url, connect } = await testDatabase(t);
  const owner = await connect();
  await insertLiveGeneration(owner, address, stories.length);
  const onIdleError = (): void => undefined;
  const pool = createPool(
    { url, role: "billing_receipts", applicationName: "tests" },
    { size: 2, onIdleError },
  );
  t.after(() => pool.end());
  return { owner, pool };
}

const idsOf = (some: readonly Story[]): number[] => some.map(({ billId }) => billId);

async function claim(owner: Client, some: readonly Story[]): Promise<void> {
  const contact = { channel: "email", contact: "email", leaseMs: 600_000 } as const;
  const seqs = some.map(() => 1);
  const atOne = { providers: ["a"], chosen: some.map(() => 0) };
  await claimDeliverableBills(owner, { ...address, ...contact, ...atOne, billIds: idsOf(some), seqs });
}

/** As a consumer writes them: judged by the state machine on the row as it was claimed. */
async function writeAccepted(owner: Client, some: readonly Story[], rules: DeliveryRules): Promise<void> {
  const settled = some.map(({ billId }) => {
    const claimed = {
      ...{
        billId,
        generation: 1,
        messageGeneration: 1,
        channel: "email" as const,
        fallbacks: ["sms" as const],
      },
      ...{ attempt: 1, seq: 1, unknownOutcomes: 0, provider: "a" },
      ...{ state: "SENDING" as const, leaseUntilMs: far },
    };
    const told = { kind: "outcome", seq: 1, messageGeneration: 1, channel: "email", nowMs: far } as const;
    const accepted = { provider: "a", outcome: { kind: "accepted" }, mayFallBack: true } as const;
    const result = transition(claimed, { ...told, ...accepted }, rules);
    assert.ok(result.kind === "moved");
    const providerMessageId = `p-${billId}`;
    const row = resultRow({
      ...{ row: result.row, providerMessageId, attempt: null, detail: "", payloadEncrypted: null },
      message: undefined as never,
    });
    assert.ok(row !== null);
    const attempt = {
      ...{ billId, messageGeneration: 1, channel: "email", attempt: 1, seq: 1, outcome: "accepted" },
      ...{ detail: "", provider: "a", providerMessageId, addressIndex: null, startedAtMs: 0, durationMs: 1 },
    };
    return { row, attempt };
  });
  await writeResults(owner, address, {
    results: settled.map(({ row }) => row),
    attempts: settled.map(({ attempt }) => attempt),
    deadLetters: [],
  });
}

async function expireLeases(owner: Client, some: readonly Story[], rules: DeliveryRules): Promise<void> {
  await owner.query(
    "update notifications set lease_until = '2000-01-01' where bill_id = any($1) and state = 'SENDING'",
    [idsOf(some)],
  );
  await inTransactionOn(owner, async () => {
    const { nowMs, machineNowMs, rows } = await lockExpiredLeases(owner, address, 10_000);
    const moved = rows.flatMap((row) => {
      const result = transition(row, { kind: "lease-expired", nowMs, machineNowMs }, rules);
      return result.kind === "moved" ? [result.row] : [];
    });
    if (moved.length > 0) await writeExpiredLeases(owner, address, moved);
  });
}

function receiptOf({ billId, kinds, named }: Story, index: number): Receipt {
  const message = { billId, generation: 1, channel: "email", messageGeneration: 1 } as const;
  return {
    ...{
      eventId: `${billId}-${index}`,
      kind: kinds[index] ?? "delivered",
      code: "5.1.1",
      channel: "email",
      message,
    },
    ...{ providerMessageId: named ? `p-${billId}` : null, occurredAtMs: Date.now() },
  };
}

for (const maxUnknownOutcomes of [0, 5]) {
  test(`in every order of claim, send, result, lease and receipts the tables end alike; ${maxUnknownOutcomes} unknown outcomes at most`, async (t) => {
    const { owner, pool } = await stage(t);
    const rules = { ladders: DEFAULT_LADDERS, maxUnknownOutcomes, quiet: { zone: "UTC", windows: [] } };
    await queueDue(owner, address, "email", stories.length);
    for (let step = 0; step < 6; step++) {
      const byEvent = Map.groupBy(stories, ({ order }) => order[step] ?? "done");
      for (const [event, some] of byEvent) {
        if (event === "claim") await claim(owner, some);
        else if (event === "result") await writeAccepted(owner, some, rules);
        else if (event === "lease-expired") await expireLeases(owner, some, rules);
        else if (event.startsWith("receipt")) {
          const index = Number(event.split(" ")[1]);
          await recordEvents(
            pool,
            "email",
            some.map((story) => receiptOf(story, index)),
          );
        }
      }
    }
    const { rows } = await owner.query<{ bill_id: number; text: string; number: string | null }>(
      `select bill_id, concat_ws(' ', state, channel, provider, bounced, reason) as text, provider_message_id as number
         from notifications order by bill_id`,
    );
    t.diagnostic(`${stories.length} messages`);
    for (const [at, story] of stories.entries()) {
      const bounced = story.kinds.includes("hard-bounce");
      const told = `${story.order.join(", ")}; ${story.kinds.join()}`;
      assert.equal(
        rows[at]?.text,
        bounced ? "SCHEDULED sms email fallback" : "DELIVERED email a delivered",
        told,
      );
      const knowsNumber = !bounced && (story.named || story.order.includes("result"));
      assert.equal(rows[at].number, knowsNumber ? `p-${story.billId}` : null, told);
    }
    const { rows: kept } = await owner.query(
      `select (select count(*) from receipts) as receipts,
              (select count(*) from receipts where effect is null) as waiting,
              (select count(*) from dead_letters where redriven_at is null) as letters,
              (select count(*) from notifications where seq <> 1 or lease_until is not null) as odd`,
    );
    const receipts = stories.reduce((sum, { kinds }) => sum + kinds.length, 0);
    assert.deepEqual(kept, [{ receipts, waiting: 0, letters: 0, odd: 0 }]);
  });
}
