import { Refusal } from '../../domain/failures';
import type { Database } from '../../db/connection';
import type { OrderRecord } from '../../db/orders/orderRecord';
import { readOrder } from '../../db/orders/readOrder';
import type { Principal } from '../route';
import { channelSeenBy } from './channelSeenBy';

/** The order, where the key may see it. @throws {Refusal} not_found */
export async function findOrder(database: Database, orderId: string, principal: Principal): Promise<OrderRecord> {
  const order = await readOrder(database, orderId, channelSeenBy(principal));
  if (order === undefined) throw new Refusal('not_found', `there is no order ${orderId}`);
  return order;
}
