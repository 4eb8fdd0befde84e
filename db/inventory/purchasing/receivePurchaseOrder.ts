import { Refusal } from '../../../domain/failures';
import {
  openUnits,
  planReceipt,
  type PlannedReceipt,
  type ReceivedUnits,
} from '../../../domain/inventory/purchasing/receipt';
import { statusAfterReceipt } from '../../../domain/inventory/purchasing/status';
import { prepared, type Transaction } from '../../prepared';
import { expectStock } from '../expectStock';
import { moveStock } from '../moveStock';
import { writePurchaseStatus } from './changePurchaseOrder';
import { lockPurchaseOrder } from './purchaseRecord';

export interface PurchaseDelivery {
  id: string;
  lines: readonly ReceivedUnits[];
  /** The delivery note. */
  document: string | null;
  actor: string;
}

/**
 * Goods have come: they are on hand, and what was expected of them is no longer on its way. All lines or none.
 * @throws {Refusal} not_found, illegal_transition; stock_conflict: more than was ordered and may come on top; invalid_request: no
 * such line, or a lot is missing or another one.
 */
export async function receivePurchaseOrder(transaction: Transaction, delivery: PurchaseDelivery): Promise<void> {
  const { id, actor } = delivery;
  const order = await lockPurchaseOrder(transaction, id, 'receive');
  const { location } = order;
  const plan = planReceipt(order.lines, delivery.lines);
  if ('refused' in plan) throw refusalOf(plan, order.lines, delivery.lines);
  await moveStock(
    transaction,
    plan.planned.map(({ sku, quantity, expected, lot, expiresOn }) => ({
      ...{ sku, location, onHand: quantity, incoming: -expected },
      ...(lot === undefined ? {} : { lot }),
      ...(expiresOn === undefined ? {} : { expiresOn }),
    })),
    { reason: 'purchase_received', document: id, actor },
  );
  await keepReceipts(transaction, delivery, plan.planned, order.receipts.length);
  const touched = new Set(plan.planned.map(({ line }) => line));
  const after = plan.lines.filter(({ line }) => touched.has(line));
  await prepared(
    transaction,
    `UPDATE purchase_order_lines l SET received = g.received
     FROM jsonb_to_recordset(:lines::jsonb) AS g(line int, received bigint) WHERE l.purchase_order_id = :id AND l.number = g.line`,
    { id, lines: JSON.stringify(after.map(({ line, received }) => ({ line, received }))) },
  );
  await expectStock(
    transaction,
    ...after.map((line) => ({
      ...{ document: id, line: line.line, sku: line.sku, location, units: openUnits(line) },
      expectedAt: order.lines.find((before) => before.line === line.line)?.expectedAt ?? '',
    })),
  );
  await writePurchaseStatus(transaction, id, statusAfterReceipt(plan.lines));
}

async function keepReceipts(
  transaction: Transaction,
  { id, document, actor }: PurchaseDelivery,
  planned: readonly PlannedReceipt[],
  earlier: number,
): Promise<void> {
  const rows = planned.map(({ line, quantity, lot, expiresOn }, index) => ({
    ...{ n: earlier + index + 1, line, units: quantity, lot: lot ?? null, expires_on: expiresOn ?? null },
  }));
  await prepared(
    transaction,
    `INSERT INTO purchase_receipts (purchase_order_id, number, line, units, lot, expires_on, document, received_by)
     SELECT :id, r.n, r.line, r.units, r.lot, r.expires_on, :document, :actor
     FROM jsonb_to_recordset(:receipts::jsonb) AS r(n int, line int, units bigint, lot text, expires_on date)`,
    { id, document, actor, receipts: JSON.stringify(rows) },
  );
}

function refusalOf(
  { refused, index }: { refused: string; index: number },
  lines: readonly { line: number }[],
  received: readonly ReceivedUnits[],
): Refusal {
  const isLine = lines.some(({ line }) => line === received[index]?.line);
  if (isLine) return new Refusal('stock_conflict', refused);
  return new Refusal('invalid_request', refused, {
    errors: [{ pointer: `/lines/${index}/line`, message: 'is not a line of this purchase order' }],
  });
}
