import { recordOrder, type RecordedOrder } from '../../db/orders/recordOrder';
import { readOrder } from '../../db/orders/readOrder';
import { newId } from '../../runtime/newId';
import { newOrder, openBackroom, type Backroom } from './backroom';
import { statementsOf } from '../support/statementsOf';

let room: Backroom;
beforeEach(async () => {
  room = await openBackroom({ poolSize: 20 });
});
afterEach(() => room.close());

const TABLES = ['orders', 'order_contacts', 'order_lines', 'payment_tokens', 'order_events', 'idempotency_keys'];
const TWO_LINES = {
  lines: [
    { sku: 'A', quantity: 2, unitPrice: 500 },
    { sku: 'B', quantity: 1, unitPrice: 250 },
  ],
};

async function countRows(): Promise<Record<string, number>> {
  const counts = await Promise.all(
    TABLES.map(async (table) => {
      const [row] = await room.rows<{ count: number }>(`SELECT count(*)::int AS count FROM ${table}`);
      return [table, row?.count ?? -1] as const;
    }),
  );
  return Object.fromEntries(counts);
}

const NOTHING = Object.fromEntries(TABLES.map((table) => [table, 0]));
const ONE_ORDER = { ...NOTHING, orders: 1, order_contacts: 1, order_lines: 2, payment_tokens: 1, order_events: 1 };

/** The same submission, as many times at once as somebody may press a button or a proxy may repeat it. */
async function submit(times: number, key: (index: number) => string | null): Promise<RecordedOrder[]> {
  const order = newOrder(TWO_LINES);
  return Promise.all(
    Array.from({ length: times }, (_, index) => {
      const name = key(index);
      const scope = { principal: 'key:web', route: 'POST /v1/orders', key: name ?? '', fingerprint: order.fingerprint };
      return recordOrder(room.database, {
        ...order,
        orderId: newId('ord'),
        idempotency: name === null ? null : scope,
      });
    }),
  );
}

const kindsOf = (results: readonly RecordedOrder[]) =>
  results.reduce<Record<string, number>>((kinds, { kind }) => ({ ...kinds, [kind]: (kinds[kind] ?? 0) + 1 }), {});

describe('50 submissions of one order at once', () => {
  test('without a key make one order with all its rows; the others are told its id', async () => {
    const results = await submit(50, () => null);
    expect(kindsOf(results)).toEqual({ recorded: 1, exists: 49 });
    const [order] = await room.rows<{ id: string }>('SELECT id FROM orders');
    for (const result of results) {
      if (result.kind === 'exists') expect(result).toEqual({ kind: 'exists', orderId: order?.id, sameBody: true });
    }
    expect(await countRows()).toEqual(ONE_ORDER);
  });

  test('each under a key of its own make one order', async () => {
    const results = await submit(50, (index) => `key-${index}`);
    expect(kindsOf(results)).toEqual({ recorded: 1, exists: 49 });
    expect(await countRows()).toEqual({ ...ONE_ORDER, idempotency_keys: 50 });
  });

  test('under one key make one order, and whoever lost the key writes nothing', async () => {
    const results = await submit(50, () => 'the-key');
    expect(kindsOf(results)).toEqual({ recorded: 1, key_taken: 49 });
    expect(await countRows()).toEqual({ ...ONE_ORDER, idempotency_keys: 1 });
  });
});

describe('an order', () => {
  test('is on record with its customer, lines, totals, token and first event', async () => {
    const order = newOrder(TWO_LINES, { requestId: 'req_1', actor: 'key:web' });
    expect(await recordOrder(room.database, order)).toMatchObject({ kind: 'recorded', createdAt: expect.any(Date) });
    expect(await readOrder(room.database, order.orderId, 'web')).toMatchObject({
      ...{ id: order.orderId, channel: 'web', status: 'received', paymentStatus: 'pending', version: 1 },
      ...{ currency: 'EUR', items: 1250, shipping: 499, discount: 0, tax: 0, grand: 1749 },
      ...{ waitingWhat: 'stock_reservation', waitingOwner: 'system', waitingUntil: expect.any(Date) },
      contact: { email: 'ada@example.com', name: 'Ada Lovelace', address: { city: 'Berlin' } },
      lines: [
        { sku: 'A', name: 'Item A', quantity: 2, unitPrice: 500, allocated: 0 },
        { sku: 'B', name: 'Item B', quantity: 1, unitPrice: 250, allocated: 0 },
      ],
      ...{ payments: [], shipments: [], holds: [] },
    });
    expect(await room.rows('SELECT sequence, type, status, actor, data FROM order_events')).toEqual([
      {
        ...{ sequence: 1, type: 'order.received', status: 'received', actor: 'key:web' },
        data: { reference: order.order.reference, grand: 1749, currency: 'EUR', requestId: 'req_1' },
      },
    ]);
    expect(await room.rows('SELECT method, token FROM payment_tokens')).toEqual([{ method: 'card', token: 'tok_ok' }]);
  });

  test('is not there for another channel', async () => {
    const order = newOrder();
    await recordOrder(room.database, order);
    expect(await readOrder(room.database, order.orderId, 'marketplace')).toBeUndefined();
    expect(await readOrder(room.database, order.orderId, null)).toBeDefined();
  });

  test('under a reference that another body has is told apart from a repeat', async () => {
    const first = newOrder({ reference: 'WEB-1' });
    const other = newOrder({ reference: 'WEB-1', shippingPrice: 0 });
    await recordOrder(room.database, first);
    const told = { kind: 'exists', orderId: first.orderId };
    expect(await recordOrder(room.database, { ...first, orderId: newId('ord') })).toEqual({ ...told, sameBody: true });
    expect(await recordOrder(room.database, other)).toEqual({ ...told, sameBody: false });
    expect(await countRows()).toMatchObject({ orders: 1, order_lines: 1, order_events: 1 });
  });

  test('may have the reference that an order of another channel has', async () => {
    await recordOrder(room.database, newOrder({ reference: 'WEB-1' }));
    const other = newOrder({ reference: 'WEB-1' }, { channel: 'marketplace' });
    expect(await recordOrder(room.database, other)).toMatchObject({ kind: 'recorded' });
  });

  test('of 500 lines is on record in one statement', async () => {
    const lines = Array.from({ length: 500 }, (_, index) => ({ sku: `S-${index}`, quantity: 1, unitPrice: 1 }));
    const statements = await statementsOf(room.database, () => recordOrder(room.database, newOrder({ lines })));
    expect(statements).toHaveLength(1);
    expect(await countRows()).toMatchObject({ orders: 1, order_lines: 500 });
  });

  test('keeps what people wrote, whatever it is', async () => {
    const name = `Zoë O'Brien "山田"; DROP TABLE orders; -- :name ? \\ 🎁`;
    const order = newOrder({ customer: { email: 'zoe@example.com', name }, metadata: { 'gift:note?': name } });
    await recordOrder(room.database, order);
    expect(await readOrder(room.database, order.orderId, null)).toMatchObject({
      contact: { name, phone: null },
      metadata: { 'gift:note?': name },
    });
  });
});
