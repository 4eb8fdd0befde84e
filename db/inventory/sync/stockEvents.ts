import type { StockEventType } from '../../../domain/inventory/stockSignal';
import type { Database } from '../../connection';
import { prepared } from '../../prepared';

export interface StockEventRecord {
  id: string;
  type: StockEventType;
  sku: string;
  channel: string;
  available: number;
  at: Date;
}

const KEPT_DAYS = 30;

/** What is still to be delivered, in the order in which it happened. */
export async function listUndelivered(database: Database, limit: number): Promise<StockEventRecord[]> {
  const { rows } = await prepared<{ rows: StockEventRecord[] }>(
    database,
    'SELECT id, type, sku, channel, available, at FROM stock_events WHERE delivered_at IS NULL ORDER BY sequence LIMIT ?',
    [limit],
  );
  return rows;
}

export async function markDelivered(database: Database, id: string): Promise<void> {
  await prepared(database, 'UPDATE stock_events SET delivered_at = now() WHERE id = ? AND delivered_at IS NULL', [id]);
}

/** Deletes what was delivered long ago; never more than 5000 at once. */
export async function purgeStockEvents(database: Database): Promise<number> {
  const { rowCount } = await prepared<{ rowCount: number }>(
    database,
    `DELETE FROM stock_events WHERE sequence IN (
       SELECT sequence FROM stock_events WHERE delivered_at < now() - ${KEPT_DAYS} * interval '1 day' LIMIT 5000 FOR UPDATE SKIP LOCKED)`,
  );
  return rowCount;
}
