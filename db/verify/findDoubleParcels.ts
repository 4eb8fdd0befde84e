import type { Database } from '../connection';
import { overOrders } from './overOrders';

export interface DoubleParcel {
  orderId: string;
  lineId: string;
  quantity: number;
  /** Units of the line in parcels that were not called off. */
  packed: number;
}

/** Lines of which more units are in parcels than were ordered: goods that are sent twice, each time under another key. */
export const findDoubleParcels = (database: Database): Promise<{ checked: number; found: DoubleParcel[] }> =>
  overOrders(database, async (range) => {
    const { rows } = await database.raw<{ rows: DoubleParcel[] }>(
      `SELECT l.order_id AS "orderId", l.id AS "lineId", l.quantity, packed.units AS packed
       FROM (
         SELECT item."lineId" AS line_id, sum(item.quantity)::int AS units
         FROM shipments s, jsonb_to_recordset(s.lines) AS item("lineId" text, quantity int)
         WHERE s.order_id > :after AND s.order_id <= :upTo AND s.status <> 'cancelled' GROUP BY item."lineId"
       ) packed JOIN order_lines l ON l.id = packed.line_id
       WHERE packed.units > l.quantity`,
      { ...range },
    );
    return rows;
  });
