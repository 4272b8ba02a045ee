import type { Queryable } from "../../platform/postgres.ts";
import { periodDate, type GenerationAddress } from "../generations/address.ts";
import type { NotificationPolicy } from "../../notification/policy.ts";
import type { Standing } from "./standing.ts";

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
  /** What stood of the period when the messages were planned. */
  readonly standing: Standing;
  /** Whether the dispatcher may send at once. */
  readonly released: boolean;
  /** From when on its messages are due; null = from the release on. */
  readonly releaseAtMs: number | null;
  /** What the messages were planned by; from now on it is the generation's. */
  readonly policy: NotificationPolicy;
  /** What it is called; null = not known. */
  readonly policyName: string | null;
}

/**
 * Makes a verified generation live and the former one superseded, in the caller's transaction. Refuses when the digest
 * is not the proved one, or another generation went live, or the live one was released, since the messages were planned.
 */
export async function promoteGeneration(
  client: Queryable,
  address: GenerationAddress,
  order: PromotionOrder,
): Promise<Promotion> {
  const period = periodDate(address.period);
  // One at a time a period: row locks alone do not keep out a generation that goes live between these statements.
  await client.query("select pg_advisory_xact_lock(hashtext('generations ' || $1))", [address.period]);
  const { rows } = await client.query<{
    number: number;
    state: string;
    digest: Buffer | null;
    released: boolean;
  }>(
    `select number, state, digest, released_at is not null as released from generations
     where period = $1 and (number = $2 or state = 'live') order by number for update`,
    [period, address.generation],
  );
  const own = rows.find((row) => row.number === address.generation);
  const standing = rows.find((row) => row.state === "live");
  const live = standing?.number ?? null;
  const refused = whyNotPromotable(own ?? null, order.digest);
  if (refused !== null) return refused;
  const planned = order.standing;
  const releasedAsPlanned = live === null || planned.released.includes(live) === standing?.released;
  if (live !== planned.live || !releasedAsPlanned) return { kind: "live-changed", live };
  await client.query("update generations set state = 'superseded' where period = $1 and state = 'live'", [
    period,
  ]);
  await client.query(
    `update generations set state = 'live', promoted_at = clock_timestamp(),
       released_at = case when $3 then clock_timestamp() end, notification_policy = $4,
       release_at = to_timestamp($5::float8 / 1000), notification_policy_name = $6
     where period = $1 and number = $2`,
    [period, address.generation, order.released, order.policy, order.releaseAtMs, order.policyName],
  );
  return { kind: "promoted" };
}

/** Why a generation (null = there is none) is not one that may be promoted as `approvedDigest` (hex); null when it is. */
export function whyNotPromotable(
  generation: { readonly state: string; readonly digest: Buffer | null } | null,
  approvedDigest: string,
): PromotionRefusal | null {
  if (generation?.state !== "verified")
    return { kind: "not-verified", state: generation?.state ?? "unknown" };
  const digest = generation.digest?.toString("hex") ?? "";
  return digest === approvedDigest ? null : { kind: "digest-differs", digest };
}
