import { Refusal } from '../../../domain/failures';
import { openUnits } from '../../../domain/inventory/purchasing/receipt';
import { prepared, type Transaction } from '../../prepared';
import { expectStock } from '../expectStock';
import { lockLevels } from '../lockLevels';
import { lockPurchaseOrder } from './purchaseRecord';

/**
 * What is still open of some lines comes at another time. Orders that wait for it hear of it: what they were promised may move.
 * @throws {Refusal} not_found, illegal_transition; invalid_request: no such line.
 */
export async function reschedulePurchaseOrder(
  transaction: Transaction,
  { id, lines: changes }: { id: string; lines: readonly { line: number; expectedAt: string }[] },
): Promise<void> {
  const { status, location, lines } = await lockPurchaseOrder(transaction, id, 'reschedule');
  const moved = changes.map(({ line, expectedAt }, index) => {
    const found = lines.find((one) => one.line === line);
    if (found !== undefined) return { ...found, expectedAt };
    throw new Refusal('invalid_request', `there is no line ${line}; read the purchase order again`, {
      errors: [{ pointer: `/lines/${index}/line`, message: 'is not a line of this purchase order' }],
    });
  });
  for (const { line, expectedAt } of moved)
    await prepared(
      transaction,
      'UPDATE purchase_order_lines SET expected_at = ? WHERE purchase_order_id = ? AND number = ?',
      [expectedAt, id, line],
    );
  await prepared(transaction, 'UPDATE purchase_orders SET updated_at = now() WHERE id = ?', [id]);
  if (status === 'draft') return;
  const places = moved.map(({ sku }) => ({ sku, location }));
  await lockLevels(transaction, places);
  for (const line of moved.filter((one) => openUnits(one) > 0)) {
    const { sku, expectedAt } = line;
    await expectStock(transaction, {
      document: id,
      line: line.line,
      sku,
      location,
      units: openUnits(line),
      expectedAt,
    });
  }
  // No unit moves, so that the ledger has nothing to tell; but this is how waiting orders learn that something is different.
  await prepared(
    transaction,
    'UPDATE stock_levels SET updated_at = now() WHERE location = ? AND sku = ANY(?::text[])',
    [location, places.map(({ sku }) => sku)],
  );
}
