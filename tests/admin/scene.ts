import type { TestContext } from "node:test";
import { billIdOf, insertLiveGeneration, type TestMember } from "../support/bills.ts";
import { setBillingClock } from "../delivery/world.ts";
import { startAdmin, type Caller, type TestAdmin } from "./admin.ts";

/** The generation of the tests of delivery. */
export const address = { period: "2026-10", generation: 1 };

/** Noon in Seoul, when nobody sleeps. */
const noon = "2026-11-02T12:00:00+09:00";

/** Number of a bill of that generation. */
export const bill = (number: number): number => billIdOf(address.period, number);

/** The server over a released month of `count` messages, and people signed in. */
export interface Scene extends TestAdmin {
  readonly viewer: Caller;
  readonly operator: Caller;
  readonly approver: Caller;
}

/** Starts it; as in tests/support/bills.ts, `memberOf` says what is special. */
export async function deliveryScene(
  t: TestContext,
  count: number,
  memberOf?: (number: number) => TestMember,
  change?: Parameters<typeof startAdmin>[1],
): Promise<Scene> {
  const admin = await startAdmin(t, change);
  await setBillingClock(admin.owner, noon);
  await insertLiveGeneration(admin.owner, address, count, memberOf);
  const [viewer, operator, approver] = await Promise.all([
    admin.as("viewer"),
    admin.as("operator"),
    admin.as("approver"),
  ]);
  return { ...admin, viewer, operator, approver };
}

/** Moves these messages to a state as a consumer would leave them, each with one attempt. */
export async function sendAll(
  { owner }: Pick<TestAdmin, "owner">,
  numbers: readonly number[],
  { state = "SENT", outcome = "accepted" }: { readonly state?: string; readonly outcome?: string } = {},
): Promise<void> {
  const ids = numbers.map(bill);
  await owner.query(
    `with moved as (
       update notifications set state = $2::notification_state, reason = 'sent', attempt = 1, seq = seq + 1
        where bill_id = any($1::bigint[]) and generation = 1
       returning bill_id, message_generation, channel, seq)
     insert into notification_attempts (bill_id, generation, message_generation, channel, provider, attempt, seq, outcome,
                                        started_at, duration_ms)
     select bill_id, 1, message_generation, channel, 'gateway', 1, seq, $3, billing_now() - interval '1 minute', 250 from moved`,
    [ids, state, outcome],
  );
}
