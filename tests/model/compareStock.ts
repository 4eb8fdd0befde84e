import { Unlike } from './allocate';
import type { Found } from './realStock';
import { claimsOf, isClosed, statusOf, type StockModel } from './stockModel';

/** All that is compared, with the names of the model. */
const expectedOf = (model: StockModel) => ({
  levels: model.levels,
  orders: Object.fromEntries(
    model.orders.map((order) => [
      order.name,
      {
        ...{ status: statusOf(order), closed: isClosed(order), rejected: order.rejected },
        lines: order.lines.map(({ policy: _policy, ...line }) => line),
        waitsAs: order.lines.map(({ backordered, policy }) => (backordered > 0 ? policy : null)),
        parcels: order.parcels,
      },
    ]),
  ),
  claims: claimsOf(model).map(({ order, ...claim }) => `${order}: ${JSON.stringify(Object.values(claim))}`),
  carts: Object.fromEntries(model.carts.map(({ name, state, held }) => [name, { state, held }])),
});

function foundOf(model: StockModel, { levels, orders, claims, carts }: Found): ReturnType<typeof expectedOf> {
  const orderName = (id: string) => model.orders.find((order) => order.id === id)?.name ?? id;
  const cartName = (id: string) => model.carts.find((cart) => cart.id === id)?.name ?? id;
  return {
    levels,
    orders: Object.fromEntries(
      Object.entries(orders).map(([id, { askedAt: _askedAt, ...order }]) => [orderName(id), order]),
    ),
    claims: claims.map(
      ({ orderId, line, sku, units }) => `${orderName(orderId)}: ${JSON.stringify([line, sku, units])}`,
    ),
    carts: Object.fromEntries(Object.entries(carts).map(([id, { state, held }]) => [cartName(id), { state, held }])),
  };
}

/** @throws {Unlike} with the difference. */
export function expectAlike(model: StockModel, found: Found): void {
  try {
    expect(foundOf(model, found)).toEqual(expectedOf(model));
  } catch (error) {
    throw new Unlike((error as Error).message);
  }
}
