import { createInventoryActivities } from '../../activities/inventory';
import { createOrderActivities } from '../../activities/orders';
import { claimOffers } from '../../db/inventory/claimOffers';
import { expectStock } from '../../db/inventory/expectStock';
import { moveStock } from '../../db/inventory/moveStock';
import { findPromises } from '../../db/inventory/readPromise';
import { inTransaction } from '../../db/transaction';
import { findBackorderDrift } from '../../db/verify/findBackorderDrift';
import { lineId } from '../../domain/ids';
import { free, openBackroom, type Backroom } from './backroom';

let room: Backroom;
beforeEach(async () => {
  room = await openBackroom();
  await room.stock('MUG', 0);
  await room.rows(`UPDATE items SET shortage = 'backorder'`);
});
afterEach(async () => {
  expect(await room.findDrift()).toEqual([]);
  expect((await findBackorderDrift(room.database)).found).toEqual([]);
  await room.close();
});

const inventory = () => createInventoryActivities({ database: room.database });
const orders = () => createOrderActivities({ database: room.database });
const receive = (units: number) =>
  inTransaction(room.database, (transaction) =>
    moveStock(transaction, [{ sku: 'MUG', location: 'loc-1', onHand: units }], {
      ...{ reason: 'received', document: null, actor: 'test' },
    }),
  );
const day = (number: number) => new Date(Date.UTC(2100, 0, number));
const coming = (document: string, units: number, at: Date) =>
  inTransaction(room.database, (transaction) =>
    expectStock(transaction, { document, sku: 'MUG', location: 'loc-1', units, expectedAt: at.toISOString() }),
  );
/** Reserves an order of so many mugs. */
const wait = async (quantity: number, priority = 0) => {
  const orderId = await room.order({ ...free({ sku: 'MUG', quantity }), priority });
  await room.reserve(orderId);
  return orderId;
};
const take = async (orderId: string) => (await inventory().allocateBackorder({ orderId })).snapshot.backordered;
const queue = async () =>
  (
    await room.rows<{ promised: string }>(
      `SELECT CASE WHEN promised_at = 'infinity' THEN 'none' ELSE to_char(promised_at AT TIME ZONE 'UTC', 'YYYY-MM-DD') END AS promised
       FROM backorders ORDER BY asked_at`,
    )
  ).map(({ promised }) => promised);
const prioritise = (orderId: string, priority: number, requestId = `p${priority}`) =>
  orders().setPriority({ orderId, request: { priority, requestId, actor: 'key:ops' } });
const told = (orderId: string) =>
  room.rows(`SELECT actor, data FROM order_events WHERE order_id = ? AND type = 'priority.set' ORDER BY sequence`, [
    orderId,
  ]);

describe('of orders of one class and priority', () => {
  test('the one that was promised an earlier day is served first, whoever asked before', async () => {
    const unpromised = await wait(4);
    await coming('po-1', 8, day(20));
    const late = await wait(4);
    await coming('po-2', 20, day(10));
    const early = await wait(4);
    expect(await queue()).toEqual(['none', '2100-01-20', '2100-01-10']);
    await receive(4);
    expect(await claimOffers(room.database, 10)).toEqual([early]);
    expect(await take(late)).toBe(4);
    expect(await take(early)).toBe(0);
    await receive(5);
    expect(await claimOffers(room.database, 10)).toEqual([late, unpromised]);
    expect(await take(late)).toBe(0);
    expect(await take(unpromised)).toBe(3);
  });

  test('promised the same day, the one that asked first is', async () => {
    await coming('po-1', 20, day(10));
    const [first, second] = [await wait(4), await wait(4)];
    await receive(4);
    expect(await take(second)).toBe(4);
    expect(await take(first)).toBe(0);
  });

  test('the first promise counts: an order whose day has moved does not fall back for that', async () => {
    await coming('po-1', 4, day(10));
    const delayed = await wait(4);
    await coming('po-2', 40, day(20));
    const other = await wait(4);
    expect(await queue()).toEqual(['2100-01-10', '2100-01-20']);
    await coming('po-1', 4, day(30));
    await take(delayed);
    expect(await queue()).toEqual(['2100-01-10', '2100-01-20']);
    await receive(4);
    expect(await take(other)).toBe(4);
    expect(await take(delayed)).toBe(0);
  });

  test('and what is promised next counts on the same order', async () => {
    const unpromised = await wait(4);
    await coming('po-1', 10, day(20));
    const late = await wait(4);
    await coming('po-2', 10, day(10));
    const early = await wait(2);
    expect(await queue()).toEqual(['none', '2100-01-20', '2100-01-10']);
    await coming('po-2', 5, day(10));
    const promised = async (orderId: string, units: number) => {
      const line = { lineId: lineId(orderId, 1), units, components: [{ sku: 'MUG', quantity: 1 }] };
      return (await findPromises(room.database, [line], 'web'))[0]?.promisedAt;
    };
    expect(await promised(early, 2)).toEqual(day(10));
    // Of the five, two are the other's.
    expect(await promised(late, 4)).toEqual(day(20));
    await coming('po-2', 6, day(10));
    expect(await promised(late, 4)).toEqual(day(10));
    expect(await promised(unpromised, 4)).toEqual(day(20));
  });
});

describe('the priority of an order', () => {
  test('that it was submitted with goes before promise and time', async () => {
    await coming('po-1', 20, day(10));
    const [first, urgent] = [await wait(4), await wait(4, 3)];
    await receive(4);
    expect(await claimOffers(room.database, 10)).toEqual([urgent]);
    expect(await take(first)).toBe(4);
    expect(await take(urgent)).toBe(0);
  });

  test('may be changed while it waits: it goes before the others at once, and is offered what there is', async () => {
    const [first, second] = [await wait(4), await wait(4)];
    await receive(4);
    expect(await claimOffers(room.database, 10)).toEqual([first]);
    await prioritise(second, 5);
    expect(await claimOffers(room.database, 10)).toEqual([second]);
    expect(await take(first)).toBe(4);
    expect(await take(second)).toBe(0);
    expect(await told(second)).toEqual([{ actor: 'key:ops', data: { from: 0, to: 5, requestId: 'p5' } }]);
    expect(await room.rows('SELECT priority FROM orders WHERE id = ?', [second])).toEqual([{ priority: 5 }]);
  });

  test('changes its class with it, where a rule goes by priority', async () => {
    await room.rows(
      `INSERT INTO reallocation_classes (minimum_priority, class, updated_by) VALUES (5, 'win', 'test'), (NULL, 'lose', 'test')`,
    );
    const orderId = await wait(1);
    const rank = () => room.rows('SELECT class_rank, priority FROM backorders');
    expect(await rank()).toEqual([{ class_rank: -2, priority: 0 }]);
    await prioritise(orderId, 5);
    expect(await rank()).toEqual([{ class_rank: 1, priority: 5 }]);
    await prioritise(orderId, -9);
    expect(await rank()).toEqual([{ class_rank: -2, priority: -9 }]);
  });

  test('is set once for a request, however often that is repeated, and never back by an older one', async () => {
    const orderId = await wait(1);
    await Promise.all([1, 2, 3, 4].map(() => prioritise(orderId, 5)));
    await prioritise(orderId, 1);
    await prioritise(orderId, 5);
    expect(await room.rows('SELECT priority FROM orders')).toEqual([{ priority: 1 }]);
    expect(await told(orderId)).toHaveLength(2);
    const { version } = await prioritise(orderId, 1, 'the same once more');
    expect([version, (await told(orderId)).length]).toEqual([4, 2]);
  });

  test('of a closed order stays, and outside its range is refused by the database', async () => {
    const orderId = await wait(1);
    await room.cancel(orderId);
    await expect(prioritise(orderId, 5)).rejects.toThrow('the order is cancelled');
    const other = await wait(1);
    for (const priority of [-10, 10])
      await expect(room.rows('UPDATE orders SET priority = ? WHERE id = ?', [priority, other])).rejects.toThrow(
        'priority_in_range',
      );
  });

  test('changed while stock comes in and is allocated breaks nothing and deadlocks nobody', async () => {
    const ids: string[] = [];
    for (let count = 0; count < 6; count += 1) ids.push(await wait(2));
    await Promise.all([
      receive(6),
      ...ids.flatMap((orderId, index) => [prioritise(orderId, index), take(orderId), claimOffers(room.database, 3)]),
      receive(6),
    ]);
    for (const orderId of ids) await take(orderId);
    expect(await room.level('MUG')).toEqual({ onHand: 12, reserved: 12 });
    expect(await room.rows('SELECT * FROM backorders')).toEqual([]);
  });
});
