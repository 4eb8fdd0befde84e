import type { Database } from '../connection';

export interface OrderState {
  id: string;
  status: string;
  statusReason: string | null;
  /** Milliseconds since 1970; null while open. */
  closedAt: number | null;
  /** The sweeper found its workflow ended while it was open. */
  lostWorkflow: boolean;
}

/** How these orders stand, those that are not on record left out. */
export async function readOrderStates(database: Database, ids: readonly string[]): Promise<OrderState[]> {
  const { rows } = await database.raw<{ rows: OrderState[] }>(
    `SELECT id, status, status_reason AS "statusReason", extract(epoch FROM closed_at)::float8 * 1000 AS "closedAt",
            EXISTS (SELECT FROM order_events e WHERE e.order_id = o.id AND e.type = 'workflow.lost') AS "lostWorkflow"
     FROM orders o WHERE id = ANY(?)`,
    [[...ids]],
  );
  return rows;
}
