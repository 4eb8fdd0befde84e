import type { PlaceOrder } from '../../domain/orders/schema';
import { placeOrderBody, type OrderBodyChanges } from './placeOrderBody';

let count = 0;

/** A sound order of what the seeded catalogue has, each under a reference of its own. */
export function shopOrder(changes: OrderBodyChanges = {}): PlaceOrder {
  count += 1;
  return placeOrderBody({
    reference: `API-${process.pid}-${count}`,
    lines: [{ sku: 'TSHIRT-BLK-M', quantity: 2, unitPrice: 1999 }],
    ...changes,
  });
}

/** A new Idempotency-Key. */
export const newKey = (): { 'idempotency-key': string } => ({
  'idempotency-key': `test-${process.pid}-${(count += 1)}`,
});
