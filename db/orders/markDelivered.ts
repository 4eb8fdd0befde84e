import { prepared, type Transaction } from '../prepared';

/** All units that were shipped have arrived. */
export async function markDelivered(transaction: Transaction, orderId: string): Promise<void> {
  await prepared(transaction, 'UPDATE order_lines SET delivered = shipped WHERE order_id = ? AND delivered < shipped', [
    orderId,
  ]);
}
