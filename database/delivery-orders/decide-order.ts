import type { Queryable } from "../../platform/postgres.ts";

/** What became of a kept order, and by whom. */
export interface OrderDecision {
  readonly id: string;
  readonly state: "executed" | "withdrawn";
  readonly by: string;
  /** The command that decided it. */
  readonly commandId: string;
}

/** Decides a pending order, once; in the transaction of the deciding command, which has locked it. */
export async function decideKeptOrder(client: Queryable, decision: OrderDecision): Promise<void> {
  const { rowCount } = await client.query(
    `update delivery_orders
        set state = $2, decided_by = $3, decided_at = clock_timestamp(), decided_command = $4
      where id = $1 and state = 'pending'`,
    [decision.id, decision.state, decision.by, decision.commandId],
  );
  // It is locked, so this cannot be; if it is, nothing may have been moved.
  if (rowCount !== 1) throw new Error(`order ${decision.id} was decided elsewhere`);
}
