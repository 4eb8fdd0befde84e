import type { SourcingExplanation } from '../../domain/inventory/sourcing/plan';
import type { Database } from '../connection';

/** What was decided about the open units of an order at one moment, and why. */
export interface SourcingDecision {
  /** From 1 on. */
  attempt: number;
  at: Date;
  decision: SourcingExplanation & {
    fulfilments: { number: number; location: string; lines: { lineId: string; units: number }[] }[];
    short: { lineId: string; units: number }[];
    rejected: boolean;
  };
}

/** One page of an order's decisions, the last one first. */
export async function listDecisions(
  database: Database,
  orderId: string,
  page: { before: number | null; limit: number },
): Promise<SourcingDecision[]> {
  const { rows } = await database.raw<{ rows: SourcingDecision[] }>(
    `SELECT attempt, at, decision FROM sourcing_decisions
     WHERE order_id = :orderId AND (:before::int IS NULL OR attempt < :before) ORDER BY attempt DESC LIMIT :limit`,
    { orderId, ...page },
  );
  return rows;
}
