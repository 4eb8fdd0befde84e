import { openUnits } from '../../../domain/inventory/purchasing/receipt';
import type { PurchaseStatus } from '../../../domain/inventory/purchasing/status';
import { prepared, type Transaction } from '../../prepared';
import { expectStock } from '../expectStock';
import { moveStock } from '../moveStock';
import { lockPurchaseOrder, type PurchaseRecord } from './purchaseRecord';

interface Asked {
  id: string;
  actor: string;
}

/**
 * A draft goes to its supplier: from now on its units are on their way.
 * @throws {Refusal} not_found, illegal_transition
 */
export async function placePurchaseOrder(transaction: Transaction, { id, actor }: Asked): Promise<void> {
  const order = await lockPurchaseOrder(transaction, id, 'order');
  const { location, lines } = order;
  await moveStock(
    transaction,
    lines.map(({ sku, quantity }) => ({ sku, location, incoming: quantity })),
    { reason: 'purchase_ordered', document: id, actor },
  );
  await expectStock(
    transaction,
    ...lines.map(({ line, sku, quantity, expectedAt }) => ({
      ...{ document: id, line, sku, location, units: quantity, expectedAt },
    })),
  );
  await writePurchaseStatus(transaction, id, 'ordered');
}

/**
 * What is still open never comes.
 * @throws {Refusal} not_found, illegal_transition
 */
export async function closePurchaseOrder(transaction: Transaction, { id, actor }: Asked): Promise<void> {
  const order = await lockPurchaseOrder(transaction, id, 'close');
  await expectNothing(transaction, order, { reason: 'purchase_closed', document: id, actor });
  await writePurchaseStatus(transaction, id, 'closed');
}

/**
 * Nothing of it comes, or is wanted.
 * @throws {Refusal} not_found; illegal_transition: some of it has come already.
 */
export async function cancelPurchaseOrder(transaction: Transaction, { id, actor }: Asked): Promise<void> {
  const order = await lockPurchaseOrder(transaction, id, 'cancel');
  if (order.status !== 'draft')
    await expectNothing(transaction, order, { reason: 'purchase_cancelled', document: id, actor });
  await writePurchaseStatus(transaction, id, 'cancelled');
}

async function expectNothing(
  transaction: Transaction,
  { id, location, lines }: PurchaseRecord,
  why: Parameters<typeof moveStock>[2],
): Promise<void> {
  const open = lines.filter((line) => openUnits(line) > 0);
  await moveStock(
    transaction,
    open.map((line) => ({ sku: line.sku, location, incoming: -openUnits(line) })),
    why,
  );
  await expectStock(
    transaction,
    ...open.map(({ line, sku, expectedAt }) => ({ document: id, line, sku, location, units: 0, expectedAt })),
  );
}

export async function writePurchaseStatus(transaction: Transaction, id: string, status: PurchaseStatus): Promise<void> {
  await prepared(
    transaction,
    `UPDATE purchase_orders SET status = :status, updated_at = now(),
       ordered_at = CASE WHEN :status = 'ordered' THEN now() ELSE ordered_at END,
       ended_at = CASE WHEN :status IN ('closed', 'cancelled') THEN now() END
     WHERE id = :id`,
    { id, status },
  );
}
