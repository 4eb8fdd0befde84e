import {
  cancelPurchaseOrder,
  closePurchaseOrder,
  placePurchaseOrder,
} from '../../db/inventory/purchasing/changePurchaseOrder';
import { createPurchaseOrder } from '../../db/inventory/purchasing/createPurchaseOrder';
import { readPurchaseOrder } from '../../db/inventory/purchasing/purchaseRecord';
import { receivePurchaseOrder } from '../../db/inventory/purchasing/receivePurchaseOrder';
import type { Transaction } from '../../db/prepared';
import { inTransaction } from '../../db/transaction';
import { findExpectedDrift } from '../../db/verify/findExpectedDrift';
import { findStockDips } from '../../db/verify/findStockDips';
import { findStockDrift } from '../../db/verify/findStockDrift';
import { Refusal } from '../../domain/failures';
import { newId } from '../../runtime/newId';
import { free, openBackroom, type Backroom } from './backroom';
import { createRandom, type Random } from './random';

const SKUS: [string, ...string[]] = ['CUP', 'MUG', 'PAN', 'POT'];
const JOBS = 120;
const actor = 'key:test';

let room: Backroom;
beforeEach(async () => {
  room = await openBackroom({ poolSize: 20 });
  for (const sku of SKUS) await room.stock(sku, 20);
});
afterEach(() => room.close());

const inOne = (work: (transaction: Transaction) => Promise<void>): Promise<void> => inTransaction(room.database, work);

async function sell(random: Random): Promise<'sold'> {
  const lines = random.shuffle(SKUS).slice(0, 3);
  const orderId = await room.order(free(...lines.map((sku) => ({ sku, quantity: random.between(1, 2) }))));
  const { snapshot } = await room.reserve(orderId);
  if (snapshot.status !== 'rejected' && (await room.begin(orderId))) await room.dispatch(orderId);
  return 'sold';
}

/** Two people receive it while a third one closes it, or nobody does. */
async function buy(random: Random): Promise<'bought'> {
  const id = newId('po');
  // In any order of items: two deliveries of the same ones must not wait for each other.
  const lines = random.shuffle(SKUS).map((sku) => ({ sku, quantity: random.between(1, 9), unitCost: 1 }));
  await inOne((transaction) =>
    createPurchaseOrder(transaction, {
      ...{ id, supplier: 'acme', location: 'loc-1', currency: 'EUR', overReceiptPercent: 20, lines, actor },
    }),
  );
  await inOne((transaction) => placePurchaseOrder(transaction, { id, actor }));
  const receive = () => {
    const some = random.shuffle(lines.map((_, index) => index + 1)).slice(0, 3);
    const come = some.map((line) => ({ line, quantity: random.between(1, 6) }));
    return inOne((transaction) => receivePurchaseOrder(transaction, { id, lines: come, document: null, actor }));
  };
  const end = random.next() < 0.5 ? closePurchaseOrder : cancelPurchaseOrder;
  const results = await Promise.allSettled([
    receive(),
    receive(),
    inOne((transaction) => end(transaction, { id, actor })),
  ]);
  for (const result of results)
    if (result.status === 'rejected' && !(result.reason instanceof Refusal)) throw result.reason;
  return 'bought';
}

describe('a place that buys and sells at once', () => {
  test.each([[11], [12], [13]])('adds up, and nobody is in a deadlock (seed %p)', async (seed) => {
    const random = createRandom(seed);
    const jobs = Array.from({ length: JOBS }, (_, index) => {
      const own = createRandom(random.between(0, 2 ** 31));
      return index % 2 === 0 ? buy(own) : sell(own);
    });
    const results = await Promise.allSettled(jobs);
    expect(results.filter(({ status }) => status === 'rejected')).toEqual([]);

    expect((await findExpectedDrift(room.database)).found).toEqual([]);
    expect((await findStockDrift(room.database)).found).toEqual([]);
    expect((await findStockDips(room.database)).found).toEqual([]);
    const orders = await room.rows<{ id: string; status: string }>('SELECT id, status FROM purchase_orders');
    const statuses = new Set(orders.map(({ status }) => status));
    for (const status of ['closed', 'cancelled', 'partly_received']) expect(statuses).toContain(status);
    for (const { id, status } of orders) {
      const { lines } = await readPurchaseOrder(room.database, id);
      expect(lines.every(({ received, receivable }) => received <= receivable)).toBe(true);
      if (status === 'cancelled') expect(lines.every(({ received }) => received === 0)).toBe(true);
    }
    expect(await room.rows(`SELECT FROM stock_movements WHERE reason = 'shipped'`)).not.toHaveLength(0);
  });
});
