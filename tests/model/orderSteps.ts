import { beginShipment } from '../../db/shipments/shipmentRecord';
import { recordOrder } from '../../db/orders/recordOrder';
import { effectKey, shipmentId } from '../../domain/ids';
import type { BackorderChoice } from '../../domain/orders/requests';
import { free, newOrder } from '../db/backroom';
import { allocate, partsOf, Unlike } from './allocate';
import { activitiesOn } from './realStock';
import { freeFor } from './servable';
import {
  isClosed,
  moveUnits,
  nameNext,
  waits,
  waitsWhole,
  type ModelOrder,
  type StockModel,
  type Wish,
} from './stockModel';
import { nthOf, type PlanStep } from './stockStep';

const same = (model: StockModel, id: string): ModelOrder => {
  const order = model.orders.find((one) => one.id === id);
  if (order === undefined) throw new Error(`the model has no order ${id}`);
  return order;
};
export const sayLines = (lines: readonly Wish[]): string =>
  lines.map(({ item, quantity }) => `${quantity} ${item}`).join(' + ');

/** An order comes, and is served, waits or is rejected. `nth`: the cart that it is made from. */
export const place =
  (wishes: Wish[], { priority, nth }: { priority: number; nth: number | null }): PlanStep =>
  (model) => {
    const cart = nth === null ? undefined : nthOf(model.carts, nth);
    if (nth !== null && cart === undefined) return null;
    const lines = cart?.lines ?? wishes;
    const { orderId, order, ...rest } = newOrder(free(...lines.map(({ item, quantity }) => ({ sku: item, quantity }))));
    const name = `#${nameNext(model)}`;
    const from = cart === undefined ? '' : ` from ${cart.name}`;
    return {
      says: `order ${name}: ${sayLines(lines)}${from}${priority === 0 ? '' : `, priority ${priority}`}`,
      repeat: 'in turn',
      async real(database) {
        const body = cart === undefined ? order : { ...order, reservationId: cart.id };
        await recordOrder(database, { ...rest, orderId, order: body });
        await database.raw('UPDATE orders SET priority = ? WHERE id = ?', [priority, orderId]);
        return (await activitiesOn(database).reserveStock({ orderId })).snapshot.status;
      },
      apply(model, { found }) {
        const owned = model.carts.find(({ id, state }) => id === cart?.id && state === 'active');
        for (const { units, ...place } of owned?.held ?? []) moveUnits(model, place, { reserved: -units });
        if (owned !== undefined) owned.state = 'ordered';
        const placed: ModelOrder = {
          ...{ name, id: orderId, priority, askedAt: null, rejected: false, parcels: [] },
          lines: lines.map((line) => ({
            ...{ ...line, policy: model.policies[line.item] },
            ...{ allocated: 0, backordered: 0, shipped: 0, delivered: 0, cancelled: 0 },
          })),
        };
        const openTo = freeFor(model, owned === undefined ? {} : { own: owned.held });
        model.orders.push(placed);
        allocate(model, placed, openTo, found.orders[orderId]);
      },
    };
  };

/** What every new run of its workflow begins with: an order that was decided stays as it is. */
export const startAnew =
  (nth: number): PlanStep =>
  (model) => {
    const order = nthOf(model.orders, nth);
    if (order === undefined) return null;
    return {
      says: `${order.name} is started anew`,
      repeat: 'at once',
      real: (database) => activitiesOn(database).reserveStock({ orderId: order.id }),
      apply: () => undefined,
    };
  };

/** An order that waits, or any, is told that there may be something for it. */
export const offer =
  (nth: number, any: boolean): PlanStep =>
  (model) => {
    const order = nthOf(any ? model.orders : model.orders.filter(waits), nth);
    if (order === undefined) return null;
    return {
      says: `offer what there is to ${order.name}`,
      repeat: 'at once',
      real: (database) => activitiesOn(database).allocateBackorder({ orderId: order.id }),
      apply(model, { found }) {
        const asks = same(model, order.id);
        if (waits(asks)) allocate(model, asks, freeFor(model, { before: asks.name }), found.orders[order.id]);
      },
    };
  };

export const decide =
  (nth: number, choice: BackorderChoice): PlanStep =>
  (model) => {
    const order = nthOf(model.orders.filter(waits), nth);
    if (order === undefined) return null;
    const request = { choice, requestId: `decision ${nameNext(model)}`, actor: 'test' };
    return {
      says: `${order.name} decides: ${choice}`,
      repeat: 'at once',
      real: (database) => activitiesOn(database).decideBackorder({ orderId: order.id, request }),
      apply(model) {
        for (const line of same(model, order.id).lines) {
          if (line.backordered === 0) continue;
          if (choice === 'wait') line.policy = 'backorder';
          if (choice === 'ship_available') line.policy = 'partial';
          if (choice !== 'cancel_missing') continue;
          line.cancelled += line.backordered;
          line.backordered = 0;
        }
      },
    };
  };

const hasParcels = (order: ModelOrder, ...states: string[]) =>
  order.parcels.some(({ state }) => states.includes(state));

/** Nothing of it is with the carrier yet. A closed one is asked, too: nothing changes. */
export const cancel =
  (nth: number): PlanStep =>
  (model) => {
    const order = nthOf(
      model.orders.filter((order) => !hasParcels(order, 'begun', 'shipped', 'delivered')),
      nth,
    );
    if (order === undefined) return null;
    const request = { reason: 'customer_asked', note: null, actor: 'test' } as const;
    return {
      says: `cancel ${order.name}`,
      repeat: 'at once',
      real: (database) => activitiesOn(database).recordCancellation({ orderId: order.id, request }),
      apply(model) {
        const cancelled = same(model, order.id);
        if (isClosed(cancelled)) return;
        for (const parcel of cancelled.parcels) {
          for (const [sku, units] of partsOf(cancelled, parcel.units))
            moveUnits(model, { sku, location: parcel.location }, { reserved: -units });
          parcel.state = 'released';
        }
        for (const line of cancelled.lines)
          Object.assign(line, { cancelled: line.quantity, allocated: 0, backordered: 0 });
      },
    };
  };

const STEPS = { begin: 'planned', dispatch: 'begun', deliver: 'shipped' } as const;

/** One parcel is put on record, leaves, or arrives. */
export const parcel =
  (verb: keyof typeof STEPS, nth: number): PlanStep =>
  (model) => {
    const ready = model.orders.flatMap((order) =>
      verb === 'begin' && (waitsWhole(order) || isClosed(order))
        ? []
        : order.parcels.filter(({ state }) => state === STEPS[verb]).map(({ number }) => ({ order, number })),
    );
    const next = nthOf(ready, nth);
    if (next === undefined) return null;
    const { number, order } = next;
    const orderId = order.id;
    const id = shipmentId(orderId, number);
    return {
      says: `${verb} parcel ${number} of ${order.name}`,
      repeat: 'at once',
      async real(database) {
        if (verb === 'begin')
          return beginShipment(database, { orderId, shipmentId: id, number, key: effectKey(id, 'book') });
        const activities = activitiesOn(database);
        return verb === 'dispatch'
          ? activities.dispatchAndNotify({ orderId, number })
          : activities.deliverAndNotify({ orderId, number });
      },
      apply(model) {
        const moved = same(model, orderId);
        const one = moved.parcels.find((parcel) => parcel.number === number);
        if (one?.state !== STEPS[verb]) return;
        one.state = ({ begin: 'begun', dispatch: 'shipped', deliver: 'delivered' } as const)[verb];
        for (const [index, line] of moved.lines.entries()) {
          const units = one.units[index] ?? 0;
          if (verb === 'dispatch')
            Object.assign(line, { allocated: line.allocated - units, shipped: line.shipped + units });
          if (verb === 'deliver') line.delivered += units;
        }
        if (verb !== 'dispatch') return;
        for (const [sku, units] of partsOf(moved, one.units))
          if (moveUnits(model, { sku, location: one.location }, { onHand: -units, reserved: -units }) !== null)
            throw new Unlike(`${order.name} sends ${units} ${sku} from ${one.location}, which are not there`);
      },
    };
  };
