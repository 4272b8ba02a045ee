import type { GenerationAddress } from "../../database/generations/address.ts";
import { attemptsWithinLadder } from "../../database/invariants/attempts-within-ladder.ts";
import { correctionsNameAnotherAmount } from "../../database/invariants/corrections-name-another-amount.ts";
import { countsAgree } from "../../database/invariants/counts-agree.ts";
import { deadLettersJustified } from "../../database/invariants/dead-letters-justified.ts";
import { deliveryRows } from "../../database/invariants/delivery-rows.ts";
import { fallbackOnlyAfterEmail } from "../../database/invariants/fallback-only-after-email.ts";
import { gapsFollowLadder } from "../../database/invariants/gaps-follow-ladder.ts";
import type { Invariant } from "../../database/invariants/invariant.ts";
import { notificationsTerminal } from "../../database/invariants/notifications-terminal.ts";
import { oneNotificationPerBill } from "../../database/invariants/one-notification-per-bill.ts";
import { unknownStaysWithProvider } from "../../database/invariants/unknown-stays-with-provider.ts";
import type { NotificationPolicy } from "../../notification/policy.ts";
import type { Client } from "../../platform/postgres.ts";
import { LogCheck, type ClockStep } from "./log-check.ts";
import { readProviderLog } from "./read-provider-log.ts";
import { settlementInvariants } from "./settlement-invariants.ts";

/** What the invariants are checked with, besides the tables. */
export interface Witnesses {
  /** NDJSON log of every accept, as the provider keeps it. */
  readonly providerLog: string;
  /** Those of further providers: a key that two of them accepted is one accepted twice. */
  readonly moreProviderLogs?: readonly string[];
  /** Billing clock at the release. */
  readonly releasedAtMs: number;
  readonly policy: NotificationPolicy;
  /** When the billing clock was set, in order. [never] */
  readonly clockSteps?: readonly ClockStep[];
}

/** Every invariant of a promoted generation, over the real tables and the provider's log. Reads only. */
export async function checkInvariants(
  client: Client,
  address: GenerationAddress,
  witnesses: Witnesses,
): Promise<Invariant[]> {
  return [
    ...(await settlementInvariants(client, address)),
    ...(await deliveryInvariants(client, address, witnesses)),
  ];
}

/** Those of delivery alone: what was settled, and how, is not asked. */
export async function deliveryInvariants(
  client: Client,
  address: GenerationAddress,
  witnesses: Witnesses,
): Promise<Invariant[]> {
  const { ladders } = witnesses.policy;
  const limits = Object.fromEntries(
    Object.entries(ladders).map(([channel, { delaysMs }]) => [channel, delaysMs.length + 1]),
  );
  return [
    await oneNotificationPerBill(client, address),
    await correctionsNameAnotherAmount(client, address),
    await notificationsTerminal(client, address),
    await countsAgree(client, address),
    ...(await logInvariants(client, address, witnesses)),
    await fallbackOnlyAfterEmail(client, address, limits["email"] ?? 1),
    await attemptsWithinLadder(client, address, limits),
    // A clock that is set back makes gaps shorter by as much.
    ...(witnesses.clockSteps?.some(({ byMs }) => byMs < 0) === true
      ? []
      : [await gapsFollowLadder(client, address, ladders)]),
    await deadLettersJustified(client, address, limits),
    await unknownStaysWithProvider(client, address),
  ];
}

async function logInvariants(
  client: Client,
  address: GenerationAddress,
  { providerLog, moreProviderLogs = [], releasedAtMs, policy, clockSteps = [] }: Witnesses,
): Promise<Invariant[]> {
  const systemQuiet = policy.systemQuiet.map(
    ({ startMinute, endMinute }) => [startMinute, endMinute] as const,
  );
  const check = new LogCheck({
    ...{ generation: address.generation, releasedAtMs, systemQuiet, clockSteps },
    holidays: policy.holidays,
  });
  for await (const row of deliveryRows(client, address)) check.addDelivery(row);
  for (const log of [providerLog, ...moreProviderLogs]) await readProviderLog(log, check);
  return check.invariants();
}
