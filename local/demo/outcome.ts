import type { GenerationAddress } from "../../database/generations/address.ts";
import { loadGeneration } from "../../database/generations/load-generation.ts";
import type { Invariant } from "../../database/invariants/invariant.ts";
import { channelResults, type ChannelResults } from "../../database/run-ledger/delivery-results.ts";
import { heldReasons, type HeldReason } from "../../database/run-ledger/held-reasons.ts";
import type { NotificationFacts } from "../../database/run-ledger/ledger-facts.ts";
import { observeNotifications } from "../../database/run-ledger/observe-notifications.ts";
import type { Queryable } from "../../platform/postgres.ts";
import type { ClockTravel } from "./clock-driver.ts";
import type { StageResult } from "./progress.ts";

/** Everything a demo ends with. */
export interface DemoOutcome {
  readonly members: number;
  readonly bills: number;
  readonly billItems: number;
  readonly held: number;
  readonly excluded: number;
  readonly currency: string;
  readonly amountMinor: bigint;
  readonly digest: string;
  readonly stages: readonly StageResult[];
  readonly channels: readonly ChannelResults[];
  readonly notifications: NotificationFacts;
  readonly heldReasons: readonly HeldReason[];
  readonly invariants: readonly Invariant[];
  readonly clock: ClockTravel;
  /** Processes that ended by themselves and were started again. */
  readonly restarts: number;
}

type Measured = Pick<DemoOutcome, "stages" | "invariants" | "clock" | "restarts">;

/** Reads the results of a delivered generation. */
export async function gatherOutcome(
  client: Queryable,
  address: GenerationAddress,
  measured: Measured,
): Promise<DemoOutcome> {
  const generation = await loadGeneration(client, address);
  if (generation === null) throw new Error(`${address.period} has no generation ${address.generation}`);
  const totals = await generationTotals(client, address);
  const none = { scheduled: 0, queued: 0, inFlight: 0, sent: 0, dead: 0, dropped: 0 };
  return {
    ...measured,
    ...totals,
    digest: generation.digest?.toString("hex") ?? "",
    channels: await channelResults(client, address),
    notifications: (await observeNotifications(client, address)) ?? none,
    heldReasons: await heldReasons(client, address),
  };
}

interface TotalsRow extends Pick<
  DemoOutcome,
  "members" | "bills" | "billItems" | "held" | "excluded" | "currency"
> {
  readonly amount: string;
}

async function generationTotals(
  client: Queryable,
  { period, generation }: GenerationAddress,
): Promise<Omit<TotalsRow, "amount"> & { readonly amountMinor: bigint }> {
  const { rows } = await client.query<TotalsRow>(
    `select expected_accounts as members, billed as bills, items as "billItems", held, excluded, currency,
       total_minor::text as amount
     from generations where period = ($1 || '-01')::date and number = $2`,
    [period, generation],
  );
  const [row] = rows;
  if (row === undefined) throw new Error("the generation has gone");
  const { amount, ...totals } = row;
  return { ...totals, amountMinor: BigInt(amount) };
}
