import { Refusal } from '../../../domain/failures';
import { receivableUnits } from '../../../domain/inventory/purchasing/receipt';
import { prepared, type Transaction } from '../../prepared';
import { addPurchaseLines, createPurchaseOrder } from '../purchasing/createPurchaseOrder';
import { lockSuggestion, type Suggestion } from './suggestions';

export interface Approval {
  id: string;
  /** In place of those suggested. */
  quantity: number | null;
  supplier: string | null;
  /** The id of a purchase order, should a new one be needed. */
  newPurchaseOrderId: string;
  actor: string;
}

/**
 * Puts the suggestion on the draft of a purchase order of that supplier, place and currency, or on a new one. Of two that are
 * approved at once the second extends what the first has made.
 * @returns the id of the purchase order.
 * @throws {Refusal} not_found; illegal_transition: it is decided, or has no supplier or cost.
 */
export async function approveSuggestion(transaction: Transaction, approval: Approval): Promise<string> {
  const suggestion = await lockSuggestion(transaction, approval.id);
  const supplier = approval.supplier ?? suggestion.supplier;
  if (supplier === null)
    throw new Refusal('illegal_transition', 'it has no supplier: send one, or give the rule one for the next run');
  const { unitCost, currency } = await readCost(transaction, suggestion);
  const { sku, location } = suggestion;
  const line = {
    ...{ sku, unitCost, quantity: approval.quantity ?? suggestion.quantity },
    expectedAt: suggestion.expectedAt.toISOString(),
  };
  await prepared(transaction, 'SELECT pg_advisory_xact_lock(hashtextextended(?, 7))', [
    JSON.stringify([supplier, location, currency]),
  ]);
  const draft = await findDraft(transaction, { supplier, location, currency });
  const purchaseOrderId = draft?.id ?? approval.newPurchaseOrderId;
  if (draft === undefined) {
    const { actor } = approval;
    const order = { id: purchaseOrderId, supplier, location, currency, overReceiptPercent: 0, lines: [line], actor };
    await createPurchaseOrder(transaction, order);
  } else if (!(await raiseLine(transaction, draft, line))) {
    await addPurchaseLines(transaction, { ...draft, after: draft.lines }, [line]);
  }
  await prepared(
    transaction,
    `UPDATE replenishment_suggestions SET status = 'approved', decided_at = now(), decided_by = :actor,
       purchase_order_id = :purchaseOrderId WHERE id = :id`,
    { id: approval.id, actor: approval.actor, purchaseOrderId },
  );
  return purchaseOrderId;
}

async function readCost(
  transaction: Transaction,
  { sku, location }: Suggestion,
): Promise<{ unitCost: number; currency: string }> {
  const { rows } = await prepared<{ rows: { unitCost: number | null; currency: string | null }[] }>(
    transaction,
    `SELECT coalesce(r.unit_cost, i.unit_cost) AS "unitCost",
       CASE WHEN r.unit_cost IS NULL THEN i.cost_currency ELSE r.currency END AS currency
     FROM items i LEFT JOIN reorder_rules r ON r.sku = i.sku AND r.location = :location WHERE i.sku = :sku`,
    { sku, location },
  );
  const { unitCost = null, currency = null } = rows[0] ?? {};
  if (unitCost === null || currency === null)
    throw new Refusal('illegal_transition', `${sku} has no cost: give its rule or the item one, and approve it then`);
  return { unitCost, currency };
}

interface Draft {
  id: string;
  overReceiptPercent: number;
  lines: number;
}

async function findDraft(
  transaction: Transaction,
  wanted: { supplier: string; location: string; currency: string },
): Promise<Draft | undefined> {
  const { rows: found } = await prepared<{ rows: { id: string }[] }>(
    transaction,
    `SELECT id FROM purchase_orders WHERE status = 'draft' AND supplier = :supplier AND location = :location AND currency = :currency
     ORDER BY id DESC LIMIT 1 FOR UPDATE`,
    wanted,
  );
  if (found[0] === undefined) return undefined;
  const { rows } = await prepared<{ rows: Draft[] }>(
    transaction,
    `SELECT p.id, p.over_receipt_percent AS "overReceiptPercent",
       (SELECT max(number) FROM purchase_order_lines l WHERE l.purchase_order_id = p.id) AS lines
     FROM purchase_orders p WHERE p.id = ?`,
    [found[0].id],
  );
  return rows[0];
}

/** @returns false where the draft has no line of that item at that cost. */
async function raiseLine(
  transaction: Transaction,
  { id, overReceiptPercent }: Draft,
  line: { sku: string; unitCost: number; quantity: number; expectedAt: string },
): Promise<boolean> {
  const { rows } = await prepared<{ rows: { number: number; quantity: number }[] }>(
    transaction,
    `SELECT number, quantity FROM purchase_order_lines
     WHERE purchase_order_id = ? AND sku = ? AND unit_cost = ? ORDER BY number LIMIT 1`,
    [id, line.sku, line.unitCost],
  );
  const found = rows[0];
  if (found === undefined) return false;
  const quantity = found.quantity + line.quantity;
  await prepared(
    transaction,
    `UPDATE purchase_order_lines SET quantity = :quantity, receivable = :receivable, expected_at = :expectedAt
     WHERE purchase_order_id = :id AND number = :number`,
    {
      ...{ id, number: found.number, quantity, expectedAt: line.expectedAt },
      receivable: receivableUnits(quantity, overReceiptPercent),
    },
  );
  return true;
}
