import type { OrderPolicy } from '../../domain/orders/policy';
import type { Database } from '../connection';
import { customerRef } from './customerRef';
import { prepared } from '../prepared';

/** All that the start of an order's workflow is made from. */
export interface OrderToStartRow {
  orderId: string;
  channel: string;
  reference: string;
  currency: string;
  grandTotal: number;
  policy: OrderPolicy;
  requestId: string;
  customerRef: string;
  lines: { sku: string; quantity: number; unitPrice: number }[];
}

const COLUMNS = `o.id AS "orderId", o.channel, o.reference, o.currency, o.grand_total AS "grandTotal", o.policy,
  o.request_id AS "requestId", c.email,
  (SELECT json_agg(json_build_object('sku', sku, 'quantity', quantity, 'unitPrice', unit_price) ORDER BY position)
     FROM order_lines WHERE order_id = o.id) AS lines`;

type Row = Omit<OrderToStartRow, 'customerRef'> & { email: string };
const withoutEmail = ({ email, ...row }: Row): OrderToStartRow => ({
  ...row,
  customerRef: customerRef(row.channel, email),
});

/** Recorded orders whose workflow has not been started, or not surely: the oldest first. */
export async function findUnstartedOrders(
  database: Database,
  input: { olderThanMs: number; limit: number },
): Promise<OrderToStartRow[]> {
  const { rows } = await prepared<{ rows: Row[] }>(
    database,
    `SELECT ${COLUMNS} FROM orders o JOIN order_contacts c ON c.order_id = o.id
     WHERE o.workflow_started_at IS NULL AND o.created_at < now() - :olderThanMs * interval '1 millisecond'
     ORDER BY o.created_at LIMIT :limit`,
    { ...input },
  );
  return rows.map(withoutEmail);
}

/** @returns undefined when there is no such order. */
export async function readOrderToStart(database: Database, orderId: string): Promise<OrderToStartRow | undefined> {
  const { rows } = await prepared<{ rows: Row[] }>(
    database,
    `SELECT ${COLUMNS} FROM orders o JOIN order_contacts c ON c.order_id = o.id WHERE o.id = ?`,
    [orderId],
  );
  return rows.map(withoutEmail)[0];
}

export async function markStarted(database: Database, orderIds: readonly string[]): Promise<void> {
  await prepared(
    database,
    'UPDATE orders SET workflow_started_at = now() WHERE id = ANY(?) AND workflow_started_at IS NULL',
    [[...orderIds]],
  );
}

/** Open orders whose workflow should be running, by id; those that changed within `quietMs` are left for the next look. */
export async function findOpenOrders(
  database: Database,
  input: { afterId: string; quietMs: number; limit: number },
): Promise<string[]> {
  const { rows } = await prepared<{ rows: { id: string }[] }>(
    database,
    `SELECT id FROM orders WHERE closed_at IS NULL AND workflow_started_at IS NOT NULL AND id > :afterId
       AND updated_at < now() - :quietMs * interval '1 millisecond' AND workflow_started_at < now() - :quietMs * interval '1 millisecond'
     ORDER BY id LIMIT :limit`,
    { ...input },
  );
  return rows.map((row) => row.id);
}
