import type { MixedOrders } from './mixedOrders';

const LEVEL = 'SHIRT@loc-1';

/** A breach that a change of rows makes. */
export interface Planted {
  invariant: string;
  fault: string;
  /** Which order it is planted on; its id takes the place of $1. */
  on?: keyof MixedOrders;
  sql: string;
  /** What it is found by, where that is not the order's id. */
  id?: string;
  what: RegExp;
}

/** In stock, money, statuses and timelines: the records contradict each other. */
export const PLANTED_IN_RECORDS: Planted[] = [
  {
    ...{ invariant: 'stock-levels', fault: 'a level below zero', id: LEVEL, what: /-5 on hand/ },
    sql: `UPDATE stock_levels SET on_hand = -5`,
  },
  {
    ...{ invariant: 'stock-levels', fault: 'a level that nobody moved', id: LEVEL, what: /add up to/ },
    sql: `UPDATE stock_levels SET on_hand = on_hand + 3`,
  },
  {
    ...{ invariant: 'stock-levels', fault: 'more reserved than there is', id: LEVEL, what: /-1 available/ },
    sql: `UPDATE stock_levels SET reserved = on_hand + 1`,
  },
  {
    ...{ invariant: 'stock-levels', fault: 'a movement that is gone', id: LEVEL, what: /add up to/ },
    sql: `DELETE FROM stock_movements WHERE id = (SELECT max(id) FROM stock_movements)`,
  },
  {
    ...{
      invariant: 'stock-levels',
      fault: 'damaged units that nobody moved',
      id: LEVEL,
      what: /2 damaged, .* add up to .* 0 damaged/,
    },
    sql: `UPDATE stock_levels SET damaged = 2`,
  },
  {
    ...{
      invariant: 'stock-levels',
      fault: 'units on their way that nobody sent',
      id: LEVEL,
      what: /4 incoming, .* 0 incoming$/,
    },
    sql: `UPDATE stock_levels SET incoming = 4`,
  },
  {
    ...{ invariant: 'stock-levels', fault: 'more held back than there is', id: LEVEL, what: /-1 available/ },
    sql: `UPDATE stock_levels SET quality_hold = on_hand - reserved + 1`,
  },
  {
    ...{ invariant: 'stock-levels', fault: 'units picked that nobody moved', id: LEVEL, what: /1 picked, .* 0 picked/ },
    sql: `UPDATE stock_levels SET picked = 1`,
  },
  {
    ...{
      invariant: 'stock-lots',
      fault: 'a level that is tracked by lot without its lots',
      id: LEVEL,
      what: /its lots have 0 on hand/,
    },
    sql: `UPDATE items SET tracking = 'lot'`,
  },
  {
    ...{
      invariant: 'stock-lots',
      fault: 'a lot that nobody moved',
      id: LEVEL,
      what: /lot L has 5 on hand, .* add up to 0 on hand/,
    },
    sql: `INSERT INTO stock_lots (sku, location, lot, on_hand) VALUES ('SHIRT', 'loc-1', 'L', 5)`,
  },
  {
    ...{
      invariant: 'stock-expected',
      fault: 'units incoming that nothing brings',
      id: LEVEL,
      what: /^4 .* 0 are under way/,
    },
    sql: `UPDATE stock_levels SET incoming = 4`,
  },
  {
    ...{
      ...{ invariant: 'stock-expected', fault: 'an ordered line that is not expected', id: 'po_planted' },
      what: /^0 units of it are expected, and 6 are open/,
    },
    sql: `WITH planted AS (INSERT INTO purchase_orders (id, supplier, location, currency, status, created_by, ordered_at)
            VALUES ('po_planted', 'acme', 'loc-1', 'EUR', 'ordered', 'test', now()))
          INSERT INTO purchase_order_lines (purchase_order_id, number, sku, quantity, receivable, received, unit_cost, expected_at)
          VALUES ('po_planted', 1, 'SHIRT', 6, 6, 0, 1, now())`,
  },
  {
    ...{
      ...{ invariant: 'stock-expected', fault: 'units received without a receipt', id: 'po_planted' },
      what: /have received 6 units, and its receipts 0/,
    },
    sql: `WITH planted AS (INSERT INTO purchase_orders (id, supplier, location, currency, status, created_by, ordered_at)
            VALUES ('po_planted', 'acme', 'loc-1', 'EUR', 'received', 'test', now()))
          INSERT INTO purchase_order_lines (purchase_order_id, number, sku, quantity, receivable, received, unit_cost, expected_at)
          VALUES ('po_planted', 1, 'SHIRT', 6, 6, 6, 1, now())`,
  },
  {
    ...{ invariant: 'stock-ledger', fault: 'units that were damaged before they came', id: LEVEL, what: /-1 damaged/ },
    sql: `UPDATE stock_movements SET damaged_delta = CASE WHEN id = (SELECT min(id) FROM stock_movements) THEN -1 ELSE
            CASE WHEN id = (SELECT max(id) FROM stock_movements) THEN 1 ELSE 0 END END`,
  },
  {
    ...{ invariant: 'stock-ledger', fault: 'units picked before they were reserved', id: LEVEL, what: /5 picked/ },
    sql: `UPDATE stock_movements SET picked_delta = CASE WHEN id = (SELECT min(id) FROM stock_movements) THEN 5 ELSE
            CASE WHEN id = (SELECT max(id) FROM stock_movements) THEN -5 ELSE 0 END END`,
  },
  {
    ...{ invariant: 'stock-ledger', fault: 'stock that was oversold for a moment', id: LEVEL, what: /after movement/ },
    sql: `UPDATE stock_movements SET on_hand_delta = CASE WHEN id = (SELECT min(id) FROM stock_movements) THEN 1 ELSE
            on_hand_delta + CASE WHEN id = (SELECT max(id) FROM stock_movements) THEN 999 ELSE 0 END END`,
  },
  {
    ...{
      invariant: 'reservations',
      fault: 'units reserved for nobody',
      id: LEVEL,
      what: /reserved, and open orders have/,
    },
    sql: `WITH moved AS (INSERT INTO stock_movements (sku, location, on_hand_delta, reserved_delta, reason, actor)
            VALUES ('SHIRT', 'loc-1', 0, 7, 'count', 'test'))
          UPDATE stock_levels SET reserved = reserved + 7`,
  },
  {
    ...{ invariant: 'reservations', fault: 'a parcel that was picked without its units', on: 'booked' },
    ...{
      sql: `UPDATE allocations SET picked_at = now(), picked_by = 'test' WHERE order_id = $1`,
      what: /2 of them picked, .* 0 picked/,
    },
  },
  {
    ...{ invariant: 'reservations', fault: 'units allocated to an order and not reserved for it', on: 'booked' },
    ...{ sql: `UPDATE allocations SET quantity = 1 WHERE order_id = $1`, what: /1 units allocated/ },
  },
  {
    ...{ invariant: 'reservations', fault: 'a line that says something else than its allocations', on: 'booked' },
    ...{ sql: `UPDATE order_lines SET allocated = 1 WHERE order_id = $1`, what: /something else than its allocations/ },
  },
  {
    ...{ invariant: 'backorders', fault: 'missing units that nothing is claimed for', on: 'waiting' },
    ...{
      sql: `DELETE FROM backorders WHERE order_id = $1`,
      what: /2 units of COAT are missing in lin_.*, and 0 are claimed/,
    },
  },
  {
    ...{ invariant: 'closed-orders', fault: 'a cancelled order that kept its stock', on: 'cancelled' },
    ...{
      sql: `UPDATE order_lines SET allocated = 2, cancelled = 0 WHERE order_id = $1`,
      what: /2 units are still held/,
    },
  },
  {
    ...{ invariant: 'closed-orders', fault: 'a cancelled order that kept its parcel', on: 'cancelled' },
    ...{ sql: `UPDATE shipments SET status = 'booked' WHERE order_id = $1`, what: /parcel shp_\w+ is booked/ },
  },
  {
    ...{
      invariant: 'money',
      fault: 'a completed order that was never captured',
      on: 'completed',
      what: /captured 0\.00/,
    },
    sql: `DELETE FROM payment_events WHERE order_id = $1 AND effect = 'capture'`,
  },
  {
    ...{ invariant: 'money', fault: 'more captured than was authorised', on: 'completed', what: /more than it had/ },
    sql: `UPDATE payment_events SET amount = amount + 1 WHERE order_id = $1 AND effect = 'capture'`,
  },
  {
    ...{ invariant: 'money', fault: 'more refunded than was captured', on: 'completed', what: /refunded 100\.00/ },
    sql: `INSERT INTO payment_events (payment_id, order_id, effect, state, key, amount)
          SELECT id, order_id, 'refund', 'succeeded', 'r', 10000 FROM payments WHERE order_id = $1`,
  },
  {
    ...{ invariant: 'money', fault: 'a capture before anything was shipped', on: 'booked', what: /shipped 0\.00/ },
    sql: `INSERT INTO payment_events (payment_id, order_id, effect, state, key, amount)
          SELECT id, order_id, 'capture', 'succeeded', 'early', amount FROM payments WHERE order_id = $1`,
  },
  {
    ...{ invariant: 'money', fault: 'a cancelled order that still holds an authorisation', on: 'cancelled' },
    ...{ sql: `DELETE FROM payment_events WHERE order_id = $1 AND effect = 'void'`, what: /voided 0\.00/ },
  },
  {
    ...{ invariant: 'waiting', fault: 'an open order without a deadline', on: 'held', what: /until ever/ },
    sql: `UPDATE orders SET waiting_until = NULL WHERE id = $1`,
  },
  {
    ...{ invariant: 'waiting', fault: 'an open order that waits for nobody', on: 'unpaid', what: /by nobody/ },
    sql: `UPDATE orders SET waiting_owner = NULL WHERE id = $1`,
  },
  {
    ...{ invariant: 'waiting', fault: 'a closed order that is not marked as closed', on: 'rejected', what: /and open/ },
    sql: `UPDATE orders SET closed_at = NULL WHERE id = $1`,
  },
  {
    ...{ invariant: 'timelines', fault: 'an event that is gone', on: 'completed', what: /event 4 does not follow/ },
    sql: `DELETE FROM order_events WHERE order_id = $1 AND sequence = 3`,
  },
  {
    ...{ invariant: 'timelines', fault: 'a newest event that is gone', on: 'booked', what: /should be number/ },
    sql: `DELETE FROM order_events e WHERE order_id = $1 AND sequence = (SELECT last_sequence FROM orders WHERE id = $1)`,
  },
  {
    ...{
      invariant: 'timelines',
      fault: 'a step that no order may take',
      on: 'completed',
      what: /received -> delivered/,
    },
    sql: `UPDATE order_events SET status = CASE sequence WHEN 2 THEN 'delivered' ELSE 'received' END
          WHERE order_id = $1 AND sequence IN (2, 3)`,
  },
  {
    ...{
      invariant: 'timelines',
      fault: 'an order whose events end elsewhere',
      on: 'cancelled',
      what: /it is completed/,
    },
    sql: `UPDATE orders SET status = 'completed' WHERE id = $1`,
  },
  {
    ...{
      invariant: 'projection',
      fault: 'a status that the workflow does not know',
      on: 'booked',
      what: /status is shipped/,
    },
    sql: `UPDATE orders SET status = 'shipped' WHERE id = $1`,
  },
];
