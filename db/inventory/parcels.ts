import type { Database } from '../connection';
import { prepared, type Transaction } from '../prepared';

/** What leaves, or has left, in one parcel. */
export interface ParcelRecord {
  number: number;
  /** A shipment was begun for it, so that the carrier may know of it. */
  begun: boolean;
}

/** The order's parcels as they are planned now, by number. */
export async function readParcels(transaction: Transaction, orderId: string): Promise<ParcelRecord[]> {
  const { rows } = await prepared<{ rows: ParcelRecord[] }>(
    transaction,
    `SELECT a.number, s.id IS NOT NULL AS begun
     FROM (SELECT DISTINCT number FROM allocations WHERE order_id = :orderId AND state <> 'released') a
     LEFT JOIN shipments s ON s.order_id = :orderId AND s.number = a.number ORDER BY a.number`,
    { orderId },
  );
  return rows;
}

/** What was allocated for shipments that were called off gets parcels with numbers of their own. @returns how many lines it was. */
export async function renumberCalledOff(transaction: Transaction, orderId: string): Promise<number> {
  const { rowCount } = await prepared<{ rowCount: number }>(
    transaction,
    `WITH off AS (
       SELECT a.number, row_number() OVER (ORDER BY a.number) + (SELECT max(number) FROM allocations WHERE order_id = :orderId) AS next
       FROM (SELECT DISTINCT number FROM allocations WHERE order_id = :orderId AND state = 'allocated') a
       JOIN shipments s ON s.order_id = :orderId AND s.number = a.number AND s.status = 'cancelled'
     ), lots AS (
       UPDATE parcel_lots p SET number = off.next FROM off WHERE p.order_id = :orderId AND p.number = off.number
     )
     UPDATE allocations a SET number = off.next FROM off WHERE a.order_id = :orderId AND a.number = off.number`,
    { orderId },
  );
  return rowCount;
}

/** Whether the parcel had units and has none any more, since its order gave them up to others. */
export async function wasGivenUp(
  database: Database,
  { orderId, number }: { orderId: string; number: number },
): Promise<boolean> {
  const { rows } = await prepared<{ rows: [{ givenUp: boolean }] }>(
    database,
    `SELECT count(*) > 0 AND bool_and(state = 'released') AS "givenUp" FROM allocations WHERE order_id = :orderId AND number = :number`,
    { orderId, number },
  );
  return rows[0].givenUp;
}
