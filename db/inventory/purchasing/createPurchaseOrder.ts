import { Refusal } from '../../../domain/failures';
import { receivableUnits } from '../../../domain/inventory/purchasing/receipt';
import { brokenConstraint } from '../../connection';
import { prepared, type Transaction } from '../../prepared';
import { lockPurchaseOrder } from './purchaseRecord';

export interface NewPurchaseLine {
  sku: string;
  quantity: number;
  unitCost: number;
  /** ISO time; without it the item's lead time from now. */
  expectedAt?: string | undefined;
}

export interface NewPurchaseOrder {
  id: string;
  supplier: string;
  location: string;
  currency: string;
  overReceiptPercent: number;
  lines: readonly NewPurchaseLine[];
  actor: string;
}

/**
 * Makes a draft: nothing is on its way yet.
 * @throws {Refusal} invalid_request: no such item or location, or a kit.
 */
export async function createPurchaseOrder(transaction: Transaction, order: NewPurchaseOrder): Promise<void> {
  const { id, supplier, location, currency, overReceiptPercent, actor } = order;
  await refuseUnorderable(
    transaction,
    order.lines.map(({ sku }) => sku),
  );
  try {
    await prepared(
      transaction,
      `INSERT INTO purchase_orders (id, supplier, location, currency, over_receipt_percent, created_by)
       VALUES (?, ?, ?, ?, ?, ?)`,
      [id, supplier, location, currency, overReceiptPercent, actor],
    );
  } catch (error) {
    if (brokenConstraint(error) !== 'purchase_orders_location_fkey') throw error;
    throw new Refusal('invalid_request', `there is no location ${location}`, {
      errors: [{ pointer: '/location', message: 'is not a location' }],
    });
  }
  await addPurchaseLines(transaction, { id, overReceiptPercent, after: 0 }, order.lines);
}

/**
 * Puts other lines in the place of all those of a draft.
 * @throws {Refusal} not_found; illegal_transition: it is no draft; invalid_request: no such item, or a kit.
 */
export async function replacePurchaseLines(
  transaction: Transaction,
  { id, lines }: { id: string; lines: readonly NewPurchaseLine[] },
): Promise<void> {
  const { overReceiptPercent } = await lockPurchaseOrder(transaction, id, 'change');
  await refuseUnorderable(
    transaction,
    lines.map(({ sku }) => sku),
  );
  await prepared(transaction, 'DELETE FROM purchase_order_lines WHERE purchase_order_id = ?', [id]);
  await addPurchaseLines(transaction, { id, overReceiptPercent, after: 0 }, lines);
  await prepared(transaction, 'UPDATE purchase_orders SET updated_at = now() WHERE id = ?', [id]);
}

/** Adds lines to a draft, numbered on from those that it has. */
export async function addPurchaseLines(
  transaction: Transaction,
  draft: { id: string; overReceiptPercent: number; after: number },
  lines: readonly NewPurchaseLine[],
): Promise<void> {
  const rows = lines.map(({ sku, quantity, unitCost, expectedAt }, index) => ({
    ...{ n: draft.after + index + 1, sku, quantity, unit_cost: unitCost, expected_at: expectedAt ?? null },
    receivable: receivableUnits(quantity, draft.overReceiptPercent),
  }));
  await prepared(
    transaction,
    `INSERT INTO purchase_order_lines (purchase_order_id, number, sku, quantity, receivable, unit_cost, expected_at)
     SELECT :id, l.n, l.sku, l.quantity, l.receivable, l.unit_cost,
       coalesce(l.expected_at, now() + i.lead_time_days * interval '24 hours')
     FROM jsonb_to_recordset(:lines::jsonb) AS l(n int, sku text, quantity bigint, receivable bigint, unit_cost bigint,
       expected_at timestamptz) JOIN items i ON i.sku = l.sku`,
    { id: draft.id, lines: JSON.stringify(rows) },
  );
}

async function refuseUnorderable(transaction: Transaction, skus: readonly string[]): Promise<void> {
  const { rows } = await prepared<{ rows: { index: number; isKit: boolean }[] }>(
    transaction,
    `SELECT (g.n - 1)::int AS index, i.sku IS NOT NULL AS "isKit"
     FROM unnest(?::text[]) WITH ORDINALITY AS g(sku, n) LEFT JOIN items i ON i.sku = g.sku
     WHERE i.sku IS NULL OR EXISTS (SELECT FROM item_components c WHERE c.kit = i.sku)
     ORDER BY g.n`,
    [skus],
  );
  if (rows.length === 0) return;
  throw new Refusal('invalid_request', 'some lines can not be ordered', {
    errors: rows.map(({ index, isKit }) => ({
      pointer: `/lines/${index}/sku`,
      message: isKit ? 'is a kit: order its components' : 'is not in the catalogue',
    })),
  });
}
