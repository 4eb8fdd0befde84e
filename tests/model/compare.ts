import type { LedgerEntry } from '../support/orderWorld';
import { findBreaches } from './findBreaches';
import type { ModelOrder } from './orderModel';
import type { RealShop } from './realShop';
import type { ShopModel } from './shopModel';

const POLL_MS = 15;
/** A system that has stood still for so long, pauses between attempts included, will not get there any more. */
const STILL_MS = 6_000;
const LIMIT_MS = 30_000;

interface Row {
  name: string;
  id: string;
  closed: boolean;
  status: string;
  payment: string;
  fulfilment: string;
  reason: string | null;
  attention: string | null;
  parcel: string | null;
  quantities: object[];
  holds: string[];
  told: string[];
}

/** What is compared of an order. The order of events is not: some steps run side by side. */
const expectedOf = (order: ModelOrder) => ({
  ...{ status: order.status, payment: order.paymentStatus, fulfilment: order.fulfilmentStatus },
  ...{ closed: order.closed, reason: order.rejected ? 'out of stock' : order.reason, attention: order.attention },
  parcelCalledOff: order.parcel === 'called off',
  quantities: order.quantities,
  holds: order.holds.map(({ number, type }) => `${number} ${type}`),
  told: [...order.told].sort(),
  atTheGateway: {
    authorised: order.authorised,
    voided: sumOf(order, ({ voided, token }) => voided && token !== 'tok_void_error'),
    captured: sumOf(order, ({ captured }) => captured === 'by the gateway'),
  },
});
const sumOf = (order: ModelOrder, counts: (attempt: ModelOrder['attempts'][number]) => boolean): number =>
  order.grand * order.attempts.filter(counts).length;

const foundOf = (row: Row, books: readonly LedgerEntry[]) => {
  const { parcel, name: _name, id, ...same } = row;
  const sum = (effect: string) =>
    books.reduce(
      (total, entry) => total + (entry.orderId === id && entry.effect === effect ? (entry.amount ?? 0) : 0),
      0,
    );
  return {
    ...same,
    parcelCalledOff: parcel === 'cancelled',
    told: [...same.told].sort(),
    atTheGateway: { authorised: sum('authorise'), voided: sum('void'), captured: sum('capture') },
  };
};

/** Waits until the real shop is where the model is. @throws with the difference when it does not get there. */
export async function untilAlike(model: ShopModel, real: RealShop): Promise<void> {
  const expected = {
    orders: Object.fromEntries(model.orders.map((order) => [order.name, expectedOf(order)])),
    shelves: Object.fromEntries([...model.shelves].sort()),
  };
  const wanted = canonical(expected);
  const start = Date.now();
  let last = { text: '', at: start };
  for (;;) {
    const found = await readReal(model, real);
    const text = canonical(found);
    if (text === wanted) return;
    if (text !== last.text) last = { text, at: Date.now() };
    if (Date.now() - last.at > STILL_MS || Date.now() - start > LIMIT_MS) expect(found).toEqual(expected);
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
}

/** The same text for the same contents, in whatever order the fields are. */
const canonical = (value: unknown): string =>
  JSON.stringify(value, (_key, part: unknown) =>
    typeof part === 'object' && part !== null && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)))
      : part,
  );

async function readReal(model: ShopModel, real: RealShop) {
  const { rows } = await real.world.database.raw<{ rows: Row[] }>(
    `SELECT substring(o.reference FROM '#.*') AS name, o.id, o.closed_at IS NOT NULL AS closed, o.status,
       o.payment_status AS payment, o.fulfilment_status AS fulfilment, o.attention,
       CASE WHEN o.status_reason LIKE 'insufficient_stock%' THEN 'out of stock' ELSE o.status_reason END AS reason,
       (SELECT status FROM shipments WHERE order_id = o.id) AS parcel,
       (SELECT json_agg(json_build_object('allocated', allocated, 'shipped', shipped, 'delivered', delivered,
          'cancelled', cancelled) ORDER BY position) FROM order_lines WHERE order_id = o.id) AS quantities,
       (SELECT coalesce(json_agg(substring(id FROM '[0-9]+$') || ' ' || type ORDER BY placed_at), '[]') FROM order_holds
          WHERE order_id = o.id AND released_at IS NULL) AS holds,
       (SELECT json_agg(type) FROM order_events WHERE order_id = o.id) AS told
     FROM orders o WHERE o.id = ANY(?) ORDER BY o.id`,
    [real.ids],
  );
  const levels = await real.world.database.raw<{
    rows: { sku: string; location: string; onHand: number; reserved: number }[];
  }>(`SELECT sku, location, on_hand AS "onHand", reserved FROM stock_levels WHERE sku LIKE ? ORDER BY 1, 2`, [
    `${real.sku('')}%`,
  ]);
  const books = await real.books();
  return {
    orders: Object.fromEntries(rows.map((row) => [row.name, foundOf(row, books)])),
    shelves: Object.fromEntries(
      levels.rows.map(({ sku, location, ...shelf }) => [`${sku.slice(real.sku('').length)}@${location}`, shelf]),
    ),
  };
}

/** What the running workflow itself says of the order, and what may be asked of it: once a new run has looked where it stands. */
export async function askWorkflow(order: ModelOrder, real: RealShop): Promise<void> {
  const expected = {
    ...{ status: order.status, attention: order.attention, dispatched: order.dispatched, delivered: order.delivered },
    ...{ paid: order.captured > 0, allowedActions: order.allowed, holds: order.holds.length },
  };
  for (const start = Date.now(); !order.closed;) {
    const { status, attention, dispatched, delivered, paid, allowedActions, holds } = await real.snapshot(order);
    const found = { status, attention, dispatched, delivered, paid, allowedActions, holds: holds.length };
    if (canonical(found) === canonical(expected)) return;
    if (Date.now() - start > STILL_MS) expect(found).toEqual(expected);
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
}

/** Rules that no model is needed for: money, parcels, timeline and ledger of every order of the run. */
export async function expectNoBreaches(real: RealShop): Promise<void> {
  expect(await findBreaches(real.world.database, await real.books(), real.ids)).toEqual([]);
}
