import { Refusal } from '../../../domain/failures';
import {
  findPurchaseObstacle,
  type PurchaseAction,
  type PurchaseStatus,
} from '../../../domain/inventory/purchasing/status';
import type { Database } from '../../connection';
import { prepared, type Transaction } from '../../prepared';

export interface PurchaseLine {
  line: number;
  sku: string;
  quantity: number;
  receivable: number;
  received: number;
  /** Minor units of the purchase order's currency. */
  unitCost: number;
  /** As Postgres writes a timestamp into JSON. */
  expectedAt: string;
}

export interface PurchaseReceipt {
  number: number;
  line: number;
  quantity: number;
  lot: string | null;
  expiresOn: string | null;
  document: string | null;
  receivedBy: string;
  receivedAt: string;
}

export interface PurchaseRecord {
  id: string;
  supplier: string;
  location: string;
  currency: string;
  status: PurchaseStatus;
  overReceiptPercent: number;
  createdBy: string;
  createdAt: Date;
  updatedAt: Date;
  orderedAt: Date | null;
  endedAt: Date | null;
  lines: PurchaseLine[];
  receipts: PurchaseReceipt[];
}

const COLUMNS = `p.id, p.supplier, p.location, p.currency, p.status, p.over_receipt_percent AS "overReceiptPercent",
  p.created_by AS "createdBy", p.created_at AS "createdAt", p.updated_at AS "updatedAt", p.ordered_at AS "orderedAt",
  p.ended_at AS "endedAt",
  (SELECT coalesce(jsonb_agg(jsonb_build_object('line', l.number, 'sku', l.sku, 'quantity', l.quantity,
      'receivable', l.receivable, 'received', l.received, 'unitCost', l.unit_cost, 'expectedAt', l.expected_at)
      ORDER BY l.number), '[]')
    FROM purchase_order_lines l WHERE l.purchase_order_id = p.id) AS lines,
  (SELECT coalesce(jsonb_agg(jsonb_build_object('number', r.number, 'line', r.line, 'quantity', r.units, 'lot', r.lot,
      'expiresOn', r.expires_on, 'document', r.document, 'receivedBy', r.received_by, 'receivedAt', r.received_at)
      ORDER BY r.number), '[]')
    FROM purchase_receipts r WHERE r.purchase_order_id = p.id) AS receipts`;

/** @throws {Refusal} not_found */
export async function readPurchaseOrder(on: Database | Transaction, id: string): Promise<PurchaseRecord> {
  const { rows } = await prepared<{ rows: PurchaseRecord[] }>(
    on,
    `SELECT ${COLUMNS} FROM purchase_orders p WHERE p.id = ?`,
    [id],
  );
  if (rows[0] === undefined) throw new Refusal('not_found', `there is no purchase order ${id}`);
  return rows[0];
}

/**
 * The purchase order as it stays until the transaction ends, or until that changes it.
 * @throws {Refusal} not_found; illegal_transition: not in its status.
 */
export async function lockPurchaseOrder(
  transaction: Transaction,
  id: string,
  action: PurchaseAction,
): Promise<PurchaseRecord> {
  await prepared(transaction, 'SELECT id FROM purchase_orders WHERE id = ? FOR UPDATE', [id]);
  const order = await readPurchaseOrder(transaction, id);
  const obstacle = findPurchaseObstacle(action, order.status);
  if (obstacle !== null) throw new Refusal('illegal_transition', obstacle);
  return order;
}

export interface PurchaseFilter {
  status?: PurchaseStatus | undefined;
  supplier?: string | undefined;
  location?: string | undefined;
  sku?: string | undefined;
}

/** One page, newest first. */
export async function listPurchaseOrders(
  database: Database,
  filter: PurchaseFilter,
  page: { before: string | null; limit: number },
): Promise<PurchaseRecord[]> {
  const { rows } = await database.raw<{ rows: PurchaseRecord[] }>(
    `SELECT ${COLUMNS} FROM purchase_orders p
     WHERE (:status::text IS NULL OR p.status = :status) AND (:supplier::text IS NULL OR p.supplier = :supplier)
       AND (:location::text IS NULL OR p.location = :location)
       AND (:sku::text IS NULL OR p.id IN (SELECT purchase_order_id FROM purchase_order_lines WHERE sku = :sku))
       AND (:before::text IS NULL OR p.id < :before)
     ORDER BY p.id DESC LIMIT :limit`,
    {
      status: filter.status ?? null,
      supplier: filter.supplier ?? null,
      location: filter.location ?? null,
      sku: filter.sku ?? null,
      ...page,
    },
  );
  return rows;
}
