import type { MoveTally } from "../commands/move-messages.ts";

/** An order over many messages as it was given; `order` and `target` are plain JSON of the caller's. */
export interface OrderToKeep {
  /** The command by which it was given. */
  readonly id: string;
  readonly kind: string;
  readonly order: object;
  readonly target: object;
  readonly maker: string;
  readonly reason: string;
  /** What it would have done then. */
  readonly foreseen: MoveTally;
}

/** A kept order as it stands. `expired`: nobody decided it in time. */
export interface KeptOrder extends OrderToKeep {
  readonly state: "pending" | "executed" | "withdrawn" | "expired";
  readonly createdAt: Date;
  /** The same to the microsecond, for the key of pages. */
  readonly createdKey: string;
  readonly expiresAt: Date;
  readonly decidedBy: string | null;
  readonly decidedAt: Date | null;
}

/** The columns of a `KeptOrder`, of a table that is called `o`. */
export const orderColumns = `o.id, o.kind, o."order", o.target, o.maker, o.reason, o.foreseen,
  case when o.state = 'pending' and o.expires_at <= clock_timestamp() then 'expired' else o.state end as state,
  o.created_at as "createdAt", o.created_at::text as "createdKey", o.expires_at as "expiresAt", o.decided_by as "decidedBy", o.decided_at as "decidedAt"`;
