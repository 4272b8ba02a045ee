/** An adjustment or credit note as it was ordered. */
export interface AdjustmentOrder {
  readonly adjustmentId: number;
  readonly accountId: number;
  /** `YYYY-MM`. */
  readonly period: string;
  readonly kind: "taxable" | "final";
  /** Minor units as text; negative = a credit. */
  readonly amountMinor: string;
  readonly currency: string;
  readonly reason: string;
  /** The bill that a credit note is for. */
  readonly creditOf: number | null;
  readonly state: "pending" | "recorded" | "rejected";
  readonly createdBy: string;
  readonly createdAt: Date;
  readonly decidedBy: string | null;
  readonly decidedAt: Date | null;
  readonly decisionReason: string | null;
}

/** Its columns, of `adjustment_orders o` joined with `accounts a`. */
export const adjustmentColumns = `o.id as "adjustmentId", o.account_id as "accountId",
  to_char(o.period, 'YYYY-MM') as period, o.kind, o.amount_minor::text as "amountMinor", a.currency, o.reason,
  o.credit_of as "creditOf", o.state, o.created_by as "createdBy", o.created_at as "createdAt",
  o.decided_by as "decidedBy", o.decided_at as "decidedAt", o.decision_reason as "decisionReason"`;
