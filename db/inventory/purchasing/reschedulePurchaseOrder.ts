import { Refusal } from '../../../domain/failures';
import { openUnits } from '../../../domain/inventory/purchasing/receipt';
import { prepared, type Transaction } from '../../prepared';
import { expectStock } from '../expectStock';
import { lockLevels } from '../lockLevels';
import { lockPurchaseOrder } from './purchaseRecord';

/**
 * What is still open of some lines comes at another time. Orders that wait for it hear of it: what they were promised may move.
 * @throws {Refusal} not_found, illegal_transition; invalid_request: no such line, or one twice.
 */
export async function reschedulePurchaseOrder(
  transaction: Transaction,
  { id, lines: changes }: { id: string; lines: readonly { line: number; expectedAt: string }[] },
): Promise<void> {
  const { status, location, lines } = await lockPurchaseOrder(transaction, id, 'reschedule');
  const moved = changes.map(({ line, expectedAt }, index) => {
    const found = lines.find((one) => one.line === line);
    const isOnce = changes.findIndex((one) => one.line === line) === index;
    if (found !== undefined && isOnce) return { ...found, expectedAt };
    if (found !== undefined)
      throw new Refusal('invalid_request', `line ${line} is given twice; say once when it comes`, {
        errors: [{ pointer: `/lines/${index}/line`, message: 'is given twice' }],
      });
    throw new Refusal('invalid_request', `there is no line ${line}; read the purchase order again`, {
      errors: [{ pointer: `/lines/${index}/line`, message: 'is not a line of this purchase order' }],
    });
  });
  await prepared(
    transaction,
    `UPDATE purchase_order_lines l SET expected_at = g.at
     FROM jsonb_to_recordset(:dates::jsonb) AS g(line int, at timestamptz) WHERE l.purchase_order_id = :id AND l.number = g.line`,
    { id, dates: JSON.stringify(moved.map(({ line, expectedAt }) => ({ line, at: expectedAt }))) },
  );
  await prepared(transaction, 'UPDATE purchase_orders SET updated_at = now() WHERE id = ?', [id]);
  if (status === 'draft') return;
  const places = moved.map(({ sku }) => ({ sku, location }));
  await lockLevels(transaction, places);
  const open = moved.filter((line) => openUnits(line) > 0);
  await expectStock(
    transaction,
    ...open.map((line) => ({
      ...{
        document: id,
        line: line.line,
        sku: line.sku,
        location,
        units: openUnits(line),
        expectedAt: line.expectedAt,
      },
    })),
  );
  // No unit moves, so that the ledger has nothing to tell; but this is how waiting orders learn that something is different.
  await prepared(
    transaction,
    'UPDATE stock_levels SET updated_at = now() WHERE location = ? AND sku = ANY(?::text[])',
    [location, places.map(({ sku }) => sku)],
  );
}
