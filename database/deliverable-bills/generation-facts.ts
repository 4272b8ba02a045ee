import { PermanentError } from "../../platform/errors.ts";
import type { Queryable } from "../../platform/postgres.ts";
import { periodDate, type GenerationAddress } from "../generations/address.ts";

/** What all bills of a generation have in common. */
export interface GenerationFacts {
  readonly currency: string;
  readonly tariffId: number;
  /** What it was promoted with, as JSON; null = before there were policies. */
  readonly notificationPolicy: unknown;
}

/** Throws PermanentError `unknown-generation` when the ledger knows no such generation. */
export async function readGenerationFacts(
  client: Queryable,
  { period, generation }: GenerationAddress,
): Promise<GenerationFacts> {
  const result = await client.query<GenerationFacts>(
    `select currency, tariff_id as "tariffId", notification_policy as "notificationPolicy"
       from generations where period = $1 and number = $2`,
    [periodDate(period), generation],
  );
  const [facts] = result.rows;
  if (facts === undefined)
    throw new PermanentError("unknown-generation", `no generation ${generation} of ${period}`);
  return facts;
}
