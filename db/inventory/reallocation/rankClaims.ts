import type { Database } from '../../connection';
import { prepared, type Transaction } from '../../prepared';
import { CLASS_OF_ORDER } from './classes';

/**
 * Writes the class of orders that wait into their claims, as a rank: 1 is `win`, 0 `keep`, -1 `fill`, -2 `lose`. Higher ranks
 * come first, before priority and time. Without an order: of all.
 */
export async function rankClaims(on: Database | Transaction, orderId: string | null): Promise<void> {
  await prepared(on, orderId === null ? RANK_ALL : RANK_ONE, orderId === null ? {} : { orderId });
}

const rank = (which: string) => `
WITH ranked AS (
  SELECT b.line_id, b.sku, array_position(ARRAY['lose', 'fill', 'keep', 'win'], ${CLASS_OF_ORDER}) - 3 AS class_rank
  FROM backorders b JOIN orders o ON o.id = b.order_id WHERE ${which}
), changed AS (
  SELECT b.line_id, b.sku, ranked.class_rank FROM backorders b JOIN ranked USING (line_id, sku)
  WHERE b.class_rank <> ranked.class_rank ORDER BY b.line_id, b.sku FOR UPDATE OF b
)
UPDATE backorders b SET class_rank = changed.class_rank FROM changed WHERE b.line_id = changed.line_id AND b.sku = changed.sku`;

const RANK_ALL = rank('true');
const RANK_ONE = rank('b.order_id = :orderId');
