import { prepared, type Transaction } from '../prepared';

/** All units of a parcel have arrived. */
export async function markDelivered(
  transaction: Transaction,
  parcel: { orderId: string; number: number },
): Promise<void> {
  await prepared(
    transaction,
    `UPDATE order_lines l SET delivered = delivered + a.quantity FROM allocations a
     WHERE a.order_id = :orderId AND a.number = :number AND a.state = 'shipped' AND l.id = a.line_id`,
    { ...parcel },
  );
}
