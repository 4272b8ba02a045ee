import type { BillingRunStatus } from "../../crds/billing-run-status.ts";
import type { Condition, ConditionType, Reason } from "../../crds/conditions.ts";

/** What became known of one condition after the decision, or without one. */
export interface Amendment {
  readonly type: ConditionType;
  readonly status: Condition["status"];
  readonly reason: Reason;
  readonly message: string;
}

/** The spec that was judged, and the status that stood before. */
export interface Judged {
  readonly generation: number;
  readonly former: BillingRunStatus | undefined;
}

/** A status with one condition changed; its transition time moves only if the condition's status does. */
export function amendStatus(
  { generation, former }: Judged,
  status: BillingRunStatus,
  amendment: Amendment,
  nowMs: number,
): BillingRunStatus {
  const before = former?.conditions.find(({ type }) => type === amendment.type);
  const lastTransitionTime =
    before?.status === amendment.status ? before.lastTransitionTime : new Date(nowMs).toISOString();
  const amended: Condition = { ...amendment, observedGeneration: generation, lastTransitionTime };
  const conditions = status.conditions.map((condition) =>
    condition.type === amendment.type ? amended : condition,
  );
  return { ...status, conditions };
}

/** A status whose current message of one condition is followed by a further sentence. */
export function extendMessage(status: BillingRunStatus, type: ConditionType, text: string): BillingRunStatus {
  const conditions = status.conditions.map((condition) =>
    condition.type === type
      ? { ...condition, message: [condition.message, text].filter(Boolean).join("; ") }
      : condition,
  );
  return { ...status, conditions };
}
