import type { Queryable } from "../../platform/postgres.ts";
import { periodDate, type GenerationAddress } from "../generations/address.ts";

/** Why a generation could not be promoted; nothing was changed. */
export type PromotionRefusal =
  | { readonly kind: "not-verified"; readonly state: string }
  | { readonly kind: "digest-differs"; readonly digest: string }
  | { readonly kind: "live-changed"; readonly live: number | null };

/** Outcome of `promoteGeneration`. */
export type Promotion = { readonly kind: "promoted" } | PromotionRefusal;

/** What is promoted, on which condition. */
export interface PromotionOrder {
  /** Digest that was approved, hex. */
  readonly digest: string;
  /** The generation that is live now and will be superseded, as known when the messages were planned. */
  readonly live: number | null;
  /** Whether the dispatcher may send at once. */
  readonly released: boolean;
}

/**
 * Makes a verified generation live and the former one superseded, in the caller's transaction. Refuses when the digest
 * is not the proved one, or another generation went live since the messages were planned.
 */
export async function promoteGeneration(
  client: Queryable,
  address: GenerationAddress,
  order: PromotionOrder,
): Promise<Promotion> {
  const period = periodDate(address.period);
  const { rows } = await client.query<{ number: number; state: string; digest: string | null }>(
    `select number, state, encode(digest, 'hex') as digest from generations
     where period = $1 and (number = $2 or state = 'live') order by number for update`,
    [period, address.generation],
  );
  const own = rows.find((row) => row.number === address.generation);
  const live = rows.find((row) => row.state === "live")?.number ?? null;
  if (own?.state !== "verified") return { kind: "not-verified", state: own?.state ?? "unknown" };
  if (own.digest !== order.digest) return { kind: "digest-differs", digest: own.digest ?? "" };
  if (live !== order.live) return { kind: "live-changed", live };
  await client.query("update generations set state = 'superseded' where period = $1 and state = 'live'", [
    period,
  ]);
  await client.query(
    `update generations set state = 'live', promoted_at = clock_timestamp(),
       released_at = case when $3 then clock_timestamp() end
     where period = $1 and number = $2`,
    [period, address.generation, order.released],
  );
  return { kind: "promoted" };
}
