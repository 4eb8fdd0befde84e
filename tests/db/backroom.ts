import { createHash } from 'node:crypto';
import { createInventoryActivities, type OrderStart } from '../../activities/inventory';
import { createOrderActivities } from '../../activities/orders';
import { createShipmentActivities } from '../../activities/shipments';
import { connectDatabase, type Database } from '../../db/connection';
import { recordOrder, type NewOrder } from '../../db/orders/recordOrder';
import { beginShipment } from '../../db/shipments/shipmentRecord';
import { effectKey, shipmentId } from '../../domain/ids';
import { DEFAULT_POLICY } from '../../domain/orders/policy';
import type { OrderSnapshot } from '../../domain/orders/snapshot';
import { computeTotals } from '../../domain/orders/totals';
import type { Carrier } from '../../providers/carriers/port';
import { newId } from '../../runtime/newId';
import { createTestDatabase } from '../support/database';
import { placeOrderBody, type OrderBodyChanges } from '../support/placeOrderBody';

/** What stands behind a shop, without servers: a database of its own, and the activities that work on it. */
export interface Backroom {
  database: Database;
  databaseUrl: string;
  /** Puts units of a SKU on a shelf, through the ledger. Locations are numbered by priority: `loc-1` comes first. */
  stock(sku: string, onHand: number, place?: { location?: string; safetyStock?: number }): Promise<void>;
  /** Records an order, as the API does. @returns its id. */
  order(changes?: OrderBodyChanges): Promise<string>;
  reserve(orderId: string): Promise<OrderStart>;
  cancel(orderId: string): Promise<OrderSnapshot>;
  /** Puts a parcel from each location on record; so do the next two with all parcels. */
  begin(orderId: string): Promise<boolean>;
  dispatch(orderId: string): Promise<OrderSnapshot>;
  deliver(orderId: string): Promise<OrderSnapshot>;
  level(sku: string, location?: string): Promise<{ onHand: number; reserved: number }>;
  /** Levels that are not the sum of their movements, or whose reservations are not those of the orders' lines. */
  findDrift(): Promise<unknown[]>;
  /** Waits until so many connections wait for a lock that another one holds. */
  untilWaiting(count: number): Promise<void>;
  /** All rows a query gives. */
  rows<Row>(sql: string, values?: readonly (string | number | null)[]): Promise<Row[]>;
  close(): Promise<void>;
}

const ADDRESS = JSON.stringify({ name: 'Depot', line1: 'Dock 1', city: 'Berlin', postalCode: '10115', country: 'DE' });
const unreachable = (): never => {
  throw new Error('no carrier is called here');
};
const NO_CARRIER: Carrier = {
  ...{ name: 'none', book: unreachable, find: unreachable, cancel: unreachable },
  ...{ rates: unreachable, track: unreachable, readCallback: unreachable },
};
let orders = 0;

/** What the API makes of a body, ready to be recorded. */
export function newOrder(changes: OrderBodyChanges = {}, more: Partial<NewOrder> = {}): NewOrder {
  const order = placeOrderBody({ reference: `T-${(orders += 1)}`, ...changes });
  return {
    orderId: newId('ord'),
    channel: 'web',
    fingerprint: createHash('sha256').update(JSON.stringify(order)).digest(),
    order,
    names: order.lines.map((line) => `Item ${line.sku}`),
    totals: computeTotals(order),
    policy: DEFAULT_POLICY,
    actor: 'key:test',
    requestId: newId('req'),
    idempotency: null,
    ...more,
  };
}

/** An order that costs nothing is ready to ship as soon as its stock is reserved. */
export const free = (...lines: { sku: string; quantity: number }[]): OrderBodyChanges => ({
  lines: lines.map((line) => ({ ...line, unitPrice: 0 })),
  shippingPrice: 0,
});

export async function openBackroom(options: { poolSize?: number } = {}): Promise<Backroom> {
  const testDatabase = await createTestDatabase();
  const database = connectDatabase({ url: testDatabase.url, poolSize: options.poolSize ?? 10, name: 'test' });
  const inventory = createInventoryActivities({ database });
  const changes = createOrderActivities({ database });
  const shipments = createShipmentActivities({ database, carrier: NO_CARRIER });

  const parcelsOf = async (orderId: string) =>
    (
      await room.rows<{ number: number }>(
        'SELECT DISTINCT number FROM allocations WHERE order_id = ? ORDER BY number',
        [orderId],
      )
    ).map(({ number }) => number);

  const room: Backroom = {
    database,
    databaseUrl: testDatabase.url,

    async stock(sku, onHand, { location = 'loc-1', safetyStock = 0 } = {}) {
      await database.raw('INSERT INTO items (sku, name) VALUES (?, ?) ON CONFLICT DO NOTHING', [sku, `Item ${sku}`]);
      await database.raw(
        'INSERT INTO locations (id, name, priority, address) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING',
        [location, location, Number(location.split('-')[1]), ADDRESS],
      );
      await database.raw('INSERT INTO stock_levels (sku, location, on_hand, safety_stock) VALUES (?, ?, ?, ?)', [
        sku,
        location,
        onHand,
        safetyStock,
      ]);
      if (onHand === 0) return;
      await database.raw(
        `INSERT INTO stock_movements (sku, location, on_hand_delta, reserved_delta, reason, actor)
         VALUES (?, ?, ?, 0, 'received', 'test')`,
        [sku, location, onHand],
      );
    },

    async order(body) {
      const order = newOrder(body);
      await recordOrder(database, order);
      return order.orderId;
    },

    reserve: (orderId) => inventory.reserveStock({ orderId }),
    cancel: (orderId) =>
      changes.recordCancellation({ orderId, request: { reason: 'customer_asked', note: null, actor: 'test' } }),
    async begin(orderId) {
      let begun = false;
      for (const number of await parcelsOf(orderId)) {
        const id = shipmentId(orderId, number);
        begun = await beginShipment(database, { orderId, shipmentId: id, number, key: effectKey(id, 'book') });
      }
      return begun;
    },
    async dispatch(orderId) {
      const numbers = await parcelsOf(orderId);
      for (const number of numbers.slice(1)) await shipments.dispatchAndNotify({ orderId, number });
      return shipments.dispatchAndNotify({ orderId, number: 1 });
    },
    async deliver(orderId) {
      const numbers = await parcelsOf(orderId);
      for (const number of numbers.slice(1)) await shipments.deliverAndNotify({ orderId, number });
      return shipments.deliverAndNotify({ orderId, number: 1 });
    },

    async level(sku, location = 'loc-1') {
      const [level] = await room.rows<{ onHand: number; reserved: number }>(
        'SELECT on_hand AS "onHand", reserved FROM stock_levels WHERE sku = ? AND location = ?',
        [sku, location],
      );
      if (level === undefined) throw new Error(`${sku} has no level at ${location}`);
      return level;
    },

    findDrift: () =>
      room.rows(
        `SELECT l.sku, l.location, l.on_hand, l.reserved, m.on_hand AS moved, m.reserved AS moved_reserved, a.allocated
         FROM stock_levels l
         CROSS JOIN LATERAL (SELECT coalesce(sum(on_hand_delta), 0) AS on_hand, coalesce(sum(reserved_delta), 0) AS reserved
           FROM stock_movements WHERE sku = l.sku AND location = l.location) m
         CROSS JOIN LATERAL (SELECT coalesce(sum(a.quantity * u.quantity), 0) AS allocated
           FROM allocations a JOIN order_lines ol ON ol.id = a.line_id CROSS JOIN LATERAL jsonb_to_recordset(
             coalesce(ol.components, jsonb_build_array(jsonb_build_object('sku', ol.sku, 'quantity', 1)))) AS u(sku text, quantity int)
           WHERE a.state = 'allocated' AND a.location = l.location AND u.sku = l.sku) a
         WHERE (l.on_hand, l.reserved, l.reserved) IS DISTINCT FROM (m.on_hand, m.reserved, a.allocated)`,
      ),

    async untilWaiting(count) {
      for (let waiting = 0; waiting < count;) {
        const [row] = await room.rows<{ waiting: number }>(
          `SELECT count(*)::int AS waiting FROM pg_stat_activity
           WHERE datname = current_database() AND wait_event_type = 'Lock'`,
        );
        waiting = row?.waiting ?? 0;
        if (waiting < count) await new Promise((resolve) => setTimeout(resolve, 5));
      }
    },

    async rows<Row>(sql: string, values: readonly (string | number | null)[] = []) {
      return (await database.raw<{ rows: Row[] }>(sql, [...values])).rows;
    },

    async close() {
      await database.destroy();
      await testDatabase.drop();
    },
  };
  return room;
}
