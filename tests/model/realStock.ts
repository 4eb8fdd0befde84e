import { createInventoryActivities } from '../../activities/inventory';
import { createOrderActivities } from '../../activities/orders';
import { createShipmentActivities } from '../../activities/shipments';
import type { Database } from '../../db/connection';
import { findBackorderDrift } from '../../db/verify/findBackorderDrift';
import { findExpectedDrift } from '../../db/verify/findExpectedDrift';
import { findOrdersOffLedger, findReservationDrift } from '../../db/verify/findReservationDrift';
import { findStockDips } from '../../db/verify/findStockDips';
import { findStockDrift } from '../../db/verify/findStockDrift';
import { Refusal } from '../../domain/failures';
import type { Carrier } from '../../providers/carriers/port';
import { openBackroom, type Backroom } from '../db/backroom';
import { overConnections, textOf } from '../support/overConnections';
import type { Claim, Item, ModelCart, ModelLevel, ModelLine, ModelParcel, Policy, StockModel } from './stockModel';

/** What is on record, with orders and carts by their ids. */
export interface Found {
  levels: Record<string, ModelLevel>;
  orders: Record<string, FoundOrder>;
  claims: (Omit<Claim, 'order'> & { orderId: string })[];
  carts: Record<string, Pick<ModelCart, 'state' | 'held'> & { orderId: string | null }>;
}
export interface FoundOrder {
  status: string;
  closed: boolean;
  rejected: boolean;
  askedAt: number | null;
  lines: Omit<ModelLine, 'policy'>[];
  /** Null: of a line that waits for nothing. */
  waitsAs: (Policy | null)[];
  parcels: ModelParcel[];
}

/** The real parts: a database, and the activities that a worker would run. No step waits for anything. */
export interface RealStock {
  room: Backroom;
  open(model: StockModel): Promise<void>;
  read(): Promise<Found>;
  /** What no model is needed for: all books say the same. */
  findDrift(): Promise<unknown[]>;
  /** @returns the code, where it is refused. */
  attempt<Answer>(step: () => Promise<Answer>): Promise<Answer | string>;
  close(): Promise<void>;
}

const unreachable = (): never => {
  throw new Error('no carrier is called here');
};
const CARRIER: Carrier = {
  ...{ name: 'none', book: unreachable, find: unreachable, cancel: unreachable },
  ...{ rates: unreachable, track: unreachable, readCallback: unreachable },
};
export const activitiesOn = (database: Database) => ({
  ...createInventoryActivities({ database }),
  ...createOrderActivities({ database }),
  ...createShipmentActivities({ database, carrier: CARRIER }),
});

export async function openRealStock(): Promise<RealStock> {
  const room = await openBackroom({ poolSize: 6 });
  return {
    room,

    async open({ levels, policies }) {
      for (const [place, { onHand, safetyStock }] of Object.entries(levels)) {
        const [sku = '', location = ''] = place.split('@');
        await room.stock(sku, onHand, { location, safetyStock });
      }
      await room.rows(`INSERT INTO items (sku, name) VALUES ('K', 'Kit')`);
      await room.rows(`INSERT INTO item_components (kit, sku, quantity) VALUES ('K', 'A', 1), ('K', 'B', 2)`);
      for (const [item, policy] of Object.entries(policies)) await setPolicy(room.database, item as Item, policy);
    },

    async read() {
      const [row] = await room.rows<{ found: Found }>(READ);
      if (row === undefined) throw new Error('nothing was read');
      return row.found;
    },

    async findDrift() {
      const looks = [findStockDrift, findReservationDrift, findOrdersOffLedger, findBackorderDrift];
      const results = await Promise.all(
        [...looks, findStockDips, findExpectedDrift].map((find) => find(room.database)),
      );
      return [...results.flatMap(({ found }) => found as unknown[]), ...(await room.rows(TOLD_TWICE))];
    },

    async attempt(step) {
      try {
        return await step();
      } catch (error) {
        if (error instanceof Refusal) return error.code;
        throw error;
      }
    },

    close: () => room.close(),
  };
}

export const setPolicy = (database: Database, item: Item, policy: Policy) =>
  database.raw('UPDATE items SET shortage = ? WHERE sku = ?', [policy, item]);

/** What happens to an order, to a parcel, or because of a request, happens once. */
const TOLD_TWICE = `
SELECT order_id, type, count(*)::int AS times FROM order_events
WHERE type IN ('order.rejected', 'order.cancelled', 'shipment.picked_up', 'shipment.delivered', 'backorder.decided')
GROUP BY order_id, type, data->>'shipmentId', data->>'requestId' HAVING count(*) > 1`;

const READ = `
SELECT json_build_object(
  'levels', (SELECT json_object_agg(sku || '@' || location, json_build_object('onHand', on_hand, 'reserved', reserved, 'damaged', damaged,
     'qualityHold', quality_hold, 'incoming', incoming, 'safetyStock', safety_stock)) FROM stock_levels),
  'orders', (SELECT coalesce(json_object_agg(o.id, json_build_object('status', o.status, 'closed', o.closed_at IS NOT NULL, 'rejected', o.rejected,
     'askedAt', (SELECT (extract(epoch FROM min(asked_at)) * 1000000)::bigint FROM backorders b WHERE b.order_id = o.id),
     'lines', (SELECT json_agg(json_build_object('item', sku, 'quantity', quantity, 'allocated', allocated, 'backordered', backordered,
        'shipped', shipped, 'delivered', delivered, 'cancelled', cancelled) ORDER BY position) FROM order_lines WHERE order_id = o.id),
     'waitsAs', (SELECT json_agg(CASE WHEN backordered > 0 THEN shortage END ORDER BY position) FROM order_lines WHERE order_id = o.id),
     'parcels', (SELECT coalesce(json_agg(json_build_object('number', p.number, 'location', p.location, 'state', p.state, 'units',
        (SELECT json_agg(coalesce((SELECT sum(quantity) FROM allocations WHERE line_id = l.id AND number = p.number AND location = p.location), 0)
           ORDER BY l.position) FROM order_lines l WHERE l.order_id = o.id)) ORDER BY p.number, p.location), '[]')
        FROM (SELECT DISTINCT a.number, a.location, CASE WHEN a.state = 'allocated' THEN CASE WHEN s.id IS NULL THEN 'planned' ELSE 'begun' END
             WHEN a.state = 'shipped' AND s.delivered_at IS NOT NULL THEN 'delivered' ELSE a.state END AS state
           FROM allocations a LEFT JOIN shipments s ON s.order_id = a.order_id AND s.number = a.number WHERE a.order_id = o.id) p))), '{}')
     FROM orders o),
  'claims', (SELECT coalesce(json_agg(json_build_object('orderId', b.order_id, 'line', l.position - 1, 'sku', b.sku, 'units', b.units)
     ORDER BY b.priority DESC, b.asked_at, b.order_id, l.position, b.sku), '[]') FROM backorders b JOIN order_lines l ON l.id = b.line_id),
  'carts', (SELECT coalesce(json_object_agg(id, json_build_object('state', state, 'orderId', order_id, 'held',
     (SELECT coalesce(json_agg(json_build_object('sku', sku, 'location', location, 'units', units) ORDER BY sku, location), '[]')
        FROM reservation_units WHERE reservation_id = r.id))), '{}') FROM reservations r)
) AS found`;

/** The process of the step is gone with this statement. */
export class Died extends Error {
  override readonly name = 'Died';
}

export interface Death {
  /** With its nth statement: before that reached the server, or before the answer was back. */
  nth: number;
  when: 'before' | 'after';
}

/** The same database to a process that dies. `atCommit`: the commit is one of the statements. */
export function dyingOn(database: Database, { nth, when }: Death, atCommit: boolean): Database {
  let statements = 0;
  return overConnections(database, async (statement, really) => {
    const text = textOf(statement);
    if (text === 'BEGIN' || text === 'ROLLBACK' || (text === 'COMMIT' && !atCommit)) return really();
    statements += 1;
    const dies = statements === nth;
    if (dies && when === 'before') throw new Died('the process died');
    const answer = await really();
    if (dies) throw new Died('the process died');
    return answer;
  });
}
