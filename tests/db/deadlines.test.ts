import { createOrderActivities } from '../../activities/orders';
import { up as giveDeadlines } from '../../db/migrations/002_deadlines';
import { free, openBackroom, type Backroom } from './backroom';

const DAY = 24 * 60 * 60 * 1000;
let room: Backroom;
let orderId: string;

beforeAll(async () => {
  room = await openBackroom();
  await room.stock('SHIRT', 100);
});
afterAll(() => room.close());
beforeEach(async () => {
  orderId = await room.order(free({ sku: 'SHIRT', quantity: 1 }));
  await room.reserve(orderId);
});

const hold = (requestId = 'h') =>
  createOrderActivities({ database: room.database }).placeHold({
    orderId,
    request: { type: 'operator', reason: 'check', actor: 'key:ops', requestId },
  });
const msLeft = async (): Promise<number | null> => {
  const [row] = await room.rows<{ left: number | null }>(
    'SELECT (extract(epoch FROM waiting_until - now()) * 1000)::float8 AS left FROM orders WHERE id = ?',
    [orderId],
  );
  return row?.left ?? null;
};
const forgetDeadline = () => room.rows('UPDATE orders SET waiting_until = NULL WHERE id = ?', [orderId]);
const expectWithin = async (ms: number) => {
  expect(await msLeft()).toBeGreaterThan(ms - 60_000);
  expect(await msLeft()).toBeLessThanOrEqual(ms);
};

describe('an order that waits for operations', () => {
  test('has the deadline of its own policy', async () => {
    await room.rows(`UPDATE orders SET policy = policy || '{"reviewWithinMs": 7200000}' WHERE id = ?`, [orderId]);
    const { waitingFor } = await hold();
    expect(waitingFor).toMatchObject({ what: 'release_of_hold', owner: 'operations', until: expect.any(String) });
    await expectWithin(2 * 60 * 60 * 1000);
  });

  test('and was placed before there was such a term has one of a day', async () => {
    await room.rows(`UPDATE orders SET policy = policy - 'reviewWithinMs' WHERE id = ?`, [orderId]);
    await hold();
    await expectWithin(DAY);
  });

  test('keeps the deadline it has when something else changes', async () => {
    await hold();
    await room.rows(`UPDATE orders SET waiting_until = now() + interval '1 hour' WHERE id = ?`, [orderId]);
    await hold('another');
    await expectWithin(60 * 60 * 1000);
  });

  test('and never had a deadline gets one with its next change', async () => {
    await hold();
    await forgetDeadline();
    await hold('another');
    await expectWithin(DAY);
  });

  test('and never had a deadline gets one by the migration, which leaves closed orders alone', async () => {
    await hold();
    await forgetDeadline();
    const waiting = orderId;
    orderId = await room.order(free({ sku: 'SHIRT', quantity: 1 }));
    await room.reserve(orderId);
    await room.cancel(orderId);
    await giveDeadlines(room.database);
    expect(await msLeft()).toBeNull();
    orderId = waiting;
    await expectWithin(DAY);
  });
});
