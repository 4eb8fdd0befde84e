import { createInventoryActivities } from '../../activities/inventory';
import { createReallocationActivities } from '../../activities/reallocation';
import { createShipmentActivities } from '../../activities/shipments';
import { claimOffers } from '../../db/inventory/claimOffers';
import { putClassRule, type ClassRule } from '../../db/inventory/reallocation/classes';
import { listRunLines, readRun } from '../../db/inventory/reallocation/runs';
import { inTransaction } from '../../db/transaction';
import { findBackorderDrift } from '../../db/verify/findBackorderDrift';
import { findReservationDrift } from '../../db/verify/findReservationDrift';
import { beginShipment } from '../../db/shipments/shipmentRecord';
import { effectKey, shipmentId } from '../../domain/ids';
import type { Carrier } from '../../providers/carriers/port';
import { newId } from '../../runtime/newId';
import { free, openBackroom, type Backroom } from './backroom';

let room: Backroom;
beforeEach(async () => {
  room = await openBackroom();
});
afterEach(async () => {
  expect(await room.findDrift()).toEqual([]);
  expect((await findBackorderDrift(room.database)).found).toEqual([]);
  expect((await findReservationDrift(room.database)).found).toEqual([]);
  await room.close();
});

const inventory = () => createInventoryActivities({ database: room.database });
const reallocation = () => createReallocationActivities({ database: room.database });
const ruleOf = (rule: Partial<ClassRule> & Pick<ClassRule, 'class'>) =>
  inTransaction(room.database, (transaction) =>
    putClassRule(transaction, { channel: null, minimumPriority: null, actor: 'test', ...rule }),
  );
const shelf = async (sku: string, units: number, shortage: string, location?: string) => {
  await room.stock(sku, units, location === undefined ? {} : { location });
  await room.rows('UPDATE items SET shortage = ? WHERE sku = ?', [shortage, sku]);
};
/** Reserves an order of this priority. Its class follows from the rules. */
const order = async (priority: number, ...lines: { sku: string; quantity: number }[]) => {
  const orderId = await room.order(free(...lines));
  await room.rows('UPDATE orders SET priority = ? WHERE id = ?', [priority, orderId]);
  await room.reserve(orderId);
  return orderId;
};
const mugs = (priority: number, quantity: number) => order(priority, { sku: 'MUG', quantity });
const quantities = (orderId: string) =>
  room.rows<{ allocated: number; backordered: number }>(
    'SELECT allocated, backordered FROM order_lines WHERE order_id = ? ORDER BY position',
    [orderId],
  );
const allocations = (orderId: string) =>
  room.rows('SELECT number, quantity, state FROM allocations WHERE order_id = ? ORDER BY number', [orderId]);
const events = async (orderId: string, type: string) =>
  (
    await room.rows<{ data: object }>(
      `SELECT data FROM order_events WHERE order_id = ? AND type = ? ORDER BY sequence`,
      [orderId, type],
    )
  ).map(({ data }) => data);

async function run(changes: { sku?: string; dryRun?: boolean } = {}) {
  const { sku = null, dryRun = false } = changes;
  const runId = newId('rea');
  await reallocation().planReallocation({ runId, sku, dryRun, requestedBy: 'test' });
  const givers = await reallocation().listGivers({ runId, after: '', limit: 100 });
  return { runId, givers };
}
const give = ({ orderId, ...giver }: Awaited<ReturnType<typeof run>>['givers'][number], requestId: string) =>
  reallocation().giveUpStock({ orderId, request: { ...giver, requestId, actor: 'reallocation' } });
const take = (orderId: string) => inventory().allocateBackorder({ orderId });
const linesOf = async (runId: string) =>
  new Map(
    (await listRunLines(room.database, { runId }, { after: null, limit: 100 })).map((line) => [line.orderId, line]),
  );
const begin = (orderId: string, number: number) => {
  const id = shipmentId(orderId, number);
  return beginShipment(room.database, { orderId, shipmentId: id, number, key: effectKey(id, 'book') });
};

/** Orders of priority 5 and more win, those below 0 lose, those of -1 keep or lose. */
const classes = async () => {
  await ruleOf({ minimumPriority: 5, class: 'win' });
  await ruleOf({ minimumPriority: 0, class: 'keep' });
  await ruleOf({ minimumPriority: -1, class: 'fill' });
  await ruleOf({ class: 'lose' });
};

describe('the class of an order', () => {
  test.each([
    [[], 'keep'],
    [[{ class: 'lose' }], 'lose'],
    [[{ class: 'lose' }, { minimumPriority: 3, class: 'fill' }], 'fill'],
    [[{ class: 'lose' }, { minimumPriority: 4, class: 'win' }], 'lose'],
    [
      [
        { minimumPriority: 1, class: 'fill' },
        { minimumPriority: 2, class: 'win' },
      ],
      'win',
    ],
    [
      [
        { channel: 'web', class: 'lose' },
        { minimumPriority: 3, class: 'win' },
      ],
      'lose',
    ],
    [[{ channel: 'shop', class: 'lose' }], 'keep'],
  ] as const)('by the rules %j is %s', async (rules, expected) => {
    await shelf('MUG', 0, 'backorder');
    for (const rule of rules) await ruleOf(rule);
    await mugs(3, 1);
    const rank = { lose: -2, fill: -1, keep: 0, win: 1 }[expected];
    expect(await room.rows('SELECT class_rank FROM backorders')).toEqual([{ class_rank: rank }]);
  });

  test('that was changed counts for those that wait already from the next run on, and a dry run changes nothing', async () => {
    await shelf('MUG', 0, 'backorder');
    await mugs(0, 1);
    await ruleOf({ class: 'win' });
    await run({ dryRun: true });
    expect(await room.rows('SELECT class_rank FROM backorders')).toEqual([{ class_rank: 0 }]);
    await run();
    expect(await room.rows('SELECT class_rank FROM backorders')).toEqual([{ class_rank: 1 }]);
  });
});

describe('what comes in', () => {
  test('goes by class before priority and time, whoever hears of it first', async () => {
    await shelf('MUG', 0, 'backorder');
    const [first, second] = [await mugs(9, 4), await mugs(0, 4)];
    await room.rows(`INSERT INTO reallocation_classes (channel, class, updated_by) VALUES ('web', 'lose', 'test')`);
    await run();
    await room.rows(`UPDATE backorders SET class_rank = 1 WHERE order_id = ?`, [second]);
    await room.rows(`UPDATE stock_levels SET on_hand = 4, updated_at = now()`);
    await room.rows(
      `INSERT INTO stock_movements (sku, location, on_hand_delta, reserved_delta, reason, actor) VALUES ('MUG', 'loc-1', 4, 0, 'received', 'test')`,
    );
    expect(await claimOffers(room.database, 10)).toEqual([second]);
    expect((await take(first)).snapshot.backordered).toBe(4);
    expect((await take(second)).snapshot.backordered).toBe(0);
  });
});

describe('a re-allocation', () => {
  test('takes from lose before fill for a win order, which gets the units; the others wait again, behind it', async () => {
    await classes();
    await shelf('MUG', 6, 'backorder');
    const [loser, filler, keeper] = [await mugs(-5, 2), await mugs(-1, 2), await mugs(0, 2)];
    const winner = await mugs(5, 3);
    const { runId, givers } = await run();
    const lines = await linesOf(runId);
    expect(lines.get(winner)).toMatchObject({ class: 'win', wanted: 3, had: 0, gets: 3, gives: [], givenUp: null });
    expect(lines.get(loser)).toMatchObject({
      class: 'lose',
      had: 2,
      gets: 0,
      gives: [{ location: 'loc-1', units: 2 }],
    });
    expect(lines.get(filler)).toMatchObject({ class: 'fill', had: 2, gets: 1 });
    expect(lines.has(keeper)).toBe(false);
    for (const giver of givers) await give(giver, runId);
    expect(await quantities(loser)).toEqual([{ allocated: 0, backordered: 2 }]);
    expect(await quantities(filler)).toEqual([{ allocated: 1, backordered: 1 }]);
    expect(await allocations(filler)).toEqual([{ number: 1, quantity: 1, state: 'allocated' }]);
    expect(await allocations(loser)).toEqual([{ number: 1, quantity: 2, state: 'released' }]);
    expect(await room.level('MUG')).toEqual({ onHand: 6, reserved: 3 });
    // Those that gave up ask first, and get nothing.
    expect((await take(loser)).snapshot).toMatchObject({ status: 'awaiting_stock', backordered: 2 });
    await take(filler);
    expect((await take(winner)).snapshot).toMatchObject({ status: 'ready_to_ship', backordered: 0 });
    expect(await room.level('MUG')).toEqual({ onHand: 6, reserved: 6 });
    expect(await reallocation().endReallocation({ runId })).toEqual({ runId, gaining: 1, losing: 2 });
    expect(await readRun(room.database, runId)).toMatchObject({ status: 'completed', dryRun: false });
    expect((await linesOf(runId)).get(loser)).toMatchObject({ givenUp: 2 });
    expect(await room.rows(`SELECT reserved_delta FROM stock_movements WHERE reason = 'given_up' ORDER BY 1`)).toEqual([
      { reserved_delta: -2 },
      { reserved_delta: -1 },
    ]);
    // A second run finds that all is as it should be.
    expect((await run()).givers).toEqual([]);
  });

  test('tells the order what it gave up, and its customer that it waits', async () => {
    await classes();
    await shelf('MUG', 2, 'backorder');
    const loser = await mugs(-5, 2);
    await mugs(5, 1);
    const { runId, givers } = await run();
    for (const giver of givers) await give(giver, runId);
    expect(await events(loser, 'stock.given_up')).toEqual([
      expect.objectContaining({
        sku: 'MUG',
        units: 1,
        requestId: runId,
        parcels: [{ number: 1, location: 'loc-1', units: 1 }],
      }),
    ]);
    expect(await room.rows('SELECT name FROM notifications WHERE order_id = ?', [loser])).toEqual([
      { name: 'order_backordered' },
    ]);
  });

  test('that only looks changes nothing, and keeps what it would do', async () => {
    await classes();
    await shelf('MUG', 2, 'backorder');
    const loser = await mugs(-5, 2);
    await mugs(5, 1);
    const { runId } = await run({ dryRun: true });
    expect((await linesOf(runId)).get(loser)).toMatchObject({ had: 2, gets: 1 });
    expect(await reallocation().endReallocation({ runId })).toMatchObject({ gaining: 1, losing: 1 });
    expect(await quantities(loser)).toEqual([{ allocated: 2, backordered: 0 }]);
  });

  test('is planned once, however often and at once it is asked for', async () => {
    await classes();
    await shelf('MUG', 4, 'backorder');
    const loser = await mugs(-5, 4);
    await mugs(5, 3);
    const request = { runId: newId('rea'), sku: null, dryRun: false, requestedBy: 'test' };
    await Promise.all([1, 2, 3, 4].map(() => reallocation().planReallocation(request)));
    await mugs(5, 1);
    await reallocation().planReallocation(request);
    expect((await linesOf(request.runId)).get(loser)).toMatchObject({ had: 4, gets: 1 });
    const unknown = { ...request, runId: newId('rea'), sku: 'NO-SUCH' };
    await expect(reallocation().planReallocation(unknown)).rejects.toThrow('there is no item NO-SUCH');
  });

  test('of one item leaves the others alone', async () => {
    await classes();
    await shelf('MUG', 1, 'backorder');
    await shelf('CUP', 1, 'backorder');
    const loser = await order(-5, { sku: 'MUG', quantity: 1 }, { sku: 'CUP', quantity: 1 });
    await order(5, { sku: 'MUG', quantity: 1 }, { sku: 'CUP', quantity: 1 });
    const { givers } = await run({ sku: 'CUP' });
    expect(givers.map(({ orderId, lineId }) => [orderId, lineId.endsWith('_2')])).toEqual([[loser, true]]);
    expect((await run()).givers).toHaveLength(2);
  });

  test('takes nothing from lines that may not wait, nor from where the winner may not be served', async () => {
    await classes();
    await shelf('MUG', 2, 'reject', 'loc-1');
    await room.stock('MUG', 2, { location: 'loc-2' });
    await mugs(-5, 2);
    await room.rows(`UPDATE items SET shortage = 'backorder'`);
    await mugs(-5, 2);
    await room.rows(`UPDATE locations SET channels = '{shop}' WHERE id = 'loc-2'`);
    await mugs(5, 4);
    expect((await run()).givers).toEqual([]);
    await room.rows(`UPDATE locations SET channels = NULL WHERE id = 'loc-2'`);
    expect((await run()).givers).toMatchObject([{ takes: [{ location: 'loc-2', units: 2 }] }]);
  });

  test('takes whole kits for a component', async () => {
    await classes();
    for (const sku of ['LENS', 'BODY']) await shelf(sku, 6, 'backorder');
    await room.rows(`INSERT INTO items (sku, name, shortage) VALUES ('CAMERA', 'Camera', 'backorder')`);
    await room.rows(
      `INSERT INTO item_components (kit, sku, quantity) VALUES ('CAMERA', 'LENS', 2), ('CAMERA', 'BODY', 1)`,
    );
    const loser = await order(-5, { sku: 'CAMERA', quantity: 3 });
    const winner = await order(5, { sku: 'LENS', quantity: 3 });
    const { runId, givers } = await run();
    expect(givers).toMatchObject([{ takes: [{ location: 'loc-1', units: 2 }] }]);
    for (const giver of givers) await give(giver, runId);
    expect(await quantities(loser)).toEqual([{ allocated: 1, backordered: 2 }]);
    expect(await room.level('BODY')).toEqual({ onHand: 6, reserved: 1 });
    expect((await take(winner)).snapshot.backordered).toBe(0);
    expect(await room.level('LENS')).toEqual({ onHand: 6, reserved: 5 });
  });
});

describe('a plan goes by what an allocation goes by', () => {
  const strategy = (rule: object) =>
    room.rows(
      `INSERT INTO sourcing_strategies (channel, version, strategy, active, created_by)
       VALUES ('web', 1, jsonb_build_object('rules', jsonb_build_array(?::jsonb)), true, 'test')`,
      [JSON.stringify({ name: 'r', shipComplete: 'none', maxShipments: 5, criteria: [{ by: 'priority' }], ...rule })],
    );
  const buffer = (units: number | null, percent: number | null, sku: string | null = null) =>
    room.rows(
      `INSERT INTO channel_stock_rules (channel, sku, buffer_units, buffer_percent, updated_by) VALUES ('web', ?, ?, ?, 'test')`,
      [sku, units, percent],
    );
  const carriedOut = async () => {
    const { runId, givers } = await run();
    for (const giver of givers) await give(giver, runId);
    return linesOf(runId);
  };

  test('leaves the buffer of the channel, and the one who loses gives up no more than is gained above it', async () => {
    await classes();
    await shelf('MUG', 9, 'backorder');
    const loser = await mugs(-5, 5);
    await buffer(2, 30);
    // Three in ten of nine, rounded up, are more than two.
    const winner = await mugs(5, 4);
    expect(await quantities(winner)).toEqual([{ allocated: 1, backordered: 3 }]);
    const lines = await carriedOut();
    expect(lines.get(winner)).toMatchObject({ had: 1, gets: 4 });
    expect(await quantities(loser)).toEqual([{ allocated: 2, backordered: 3 }]);
    expect((await take(winner)).snapshot.backordered).toBe(0);
    expect(await room.level('MUG')).toEqual({ onHand: 9, reserved: 6 });
  });

  test('takes nothing to fill a buffer, and goes by the rule of the item before the general one', async () => {
    await classes();
    await shelf('MUG', 6, 'backorder');
    const loser = await mugs(-5, 4);
    await buffer(4, null);
    await mugs(5, 2);
    expect((await run()).givers).toEqual([]);
    await buffer(2, null, 'MUG');
    expect((await run()).givers).toMatchObject([{ orderId: loser, takes: [{ location: 'loc-1', units: 2 }] }]);
  });

  test('takes all that an order lacks from one place, or nothing, where its channel ships complete', async () => {
    await classes();
    await shelf('MUG', 2, 'backorder');
    await room.stock('MUG', 3, { location: 'loc-2' });
    await mugs(-5, 5);
    await strategy({ shipComplete: 'order' });
    const winner = await mugs(5, 4);
    expect((await run()).givers).toEqual([]);
    await room.cancel(winner);
    const smaller = await mugs(5, 3);
    expect((await carriedOut()).get(smaller)).toMatchObject({ gets: 3 });
    expect((await take(smaller)).snapshot.backordered).toBe(0);
  });

  test('takes from no more places than its channel has shipments, and nothing where the day is full', async () => {
    await classes();
    await shelf('MUG', 2, 'backorder');
    await room.stock('MUG', 3, { location: 'loc-2' });
    await mugs(-5, 5);
    await strategy({ maxShipments: 1 });
    const winner = await mugs(5, 5);
    expect((await run()).givers).toMatchObject([{ takes: [{ location: 'loc-2', units: 3 }] }]);
    await room.rows(`UPDATE locations SET daily_capacity = 0 WHERE id = 'loc-2'`);
    expect((await carriedOut()).get(winner)).toMatchObject({ gets: 2 });
    expect((await take(winner)).snapshot.backordered).toBe(3);
  });
});

describe('an order that is asked for units', () => {
  const contest = async () => {
    await classes();
    await shelf('MUG', 4, 'backorder');
    const loser = await mugs(-5, 4);
    const winner = await mugs(5, 3);
    return { loser, winner, ...(await run()) };
  };

  test('gives them up once, however often it is asked', async () => {
    const { loser, runId, givers } = await contest();
    for (let time = 1; time <= 3; time += 1) for (const giver of givers) await give(giver, runId);
    expect(await quantities(loser)).toEqual([{ allocated: 1, backordered: 3 }]);
    expect(await events(loser, 'stock.given_up')).toHaveLength(1);
  });

  test('by two runs at once gives up no more than others want', async () => {
    const { loser, winner, runId, givers } = await contest();
    const second = await run();
    await Promise.all([
      ...givers.map((giver) => give(giver, runId)),
      ...second.givers.map((giver) => give(giver, second.runId)),
      take(winner),
    ]);
    await take(winner);
    expect(await quantities(loser)).toEqual([{ allocated: 1, backordered: 3 }]);
    expect(await quantities(winner)).toEqual([{ allocated: 3, backordered: 0 }]);
  });

  test('gives up nothing when nobody wants them any more', async () => {
    const { loser, winner, runId, givers } = await contest();
    await room.cancel(winner);
    for (const giver of givers) await give(giver, runId);
    expect(await quantities(loser)).toEqual([{ allocated: 4, backordered: 0 }]);
    expect((await linesOf(runId)).get(loser)).toMatchObject({ givenUp: 0 });
  });

  test('gives up nothing when its class does not lose any more, or it is closed', async () => {
    const { loser, runId, givers } = await contest();
    await ruleOf({ class: 'keep' });
    for (const giver of givers) await give(giver, runId);
    expect(await quantities(loser)).toEqual([{ allocated: 4, backordered: 0 }]);
    await ruleOf({ class: 'lose' });
    await room.cancel(loser);
    for (const giver of givers) await give(giver, runId);
    expect(await quantities(loser)).toEqual([{ allocated: 0, backordered: 0 }]);
  });

  test('keeps what is in a parcel that was begun', async () => {
    const { loser, runId, givers } = await contest();
    await begin(loser, 1);
    for (const giver of givers) await give(giver, runId);
    expect(await quantities(loser)).toEqual([{ allocated: 4, backordered: 0 }]);
    expect((await run()).givers).toEqual([]);
  });

  test('ships what is left', async () => {
    const { loser, runId, givers } = await contest();
    for (const giver of givers) await give(giver, runId);
    await begin(loser, 1);
    expect(await room.rows(`SELECT lines->0->'quantity' AS units FROM shipments`)).toEqual([{ units: 1 }]);
  });
});

describe('a parcel that is begun at the moment its units are given up', () => {
  test('ships what was not given up: never both', async () => {
    await classes();
    await shelf('MUG', 40, 'partial');
    const losers = await Promise.all(Array.from({ length: 10 }, () => mugs(-5, 4)));
    await mugs(5, 30);
    const { runId, givers } = await run();
    expect(givers).toHaveLength(8);
    await Promise.all(
      losers.flatMap((orderId) => [
        begin(orderId, 1),
        ...givers.filter((giver) => giver.orderId === orderId).map((giver) => give(giver, runId)),
      ]),
    );
    const torn = await room.rows(
      `SELECT a.quantity, s.lines FROM allocations a LEFT JOIN shipments s ON s.order_id = a.order_id AND s.number = a.number
       WHERE a.number = 1 AND a.order_id IN (SELECT id FROM orders WHERE priority = -5)
         AND (CASE WHEN a.state = 'allocated' THEN a.quantity END) IS DISTINCT FROM (s.lines->0->>'quantity')::int`,
    );
    expect(torn).toEqual([]);
  });

  test.each([
    ['with all of them is not booked, and that is no failure', 4],
    ['with some of them is booked with the rest', 3],
  ])('%s', async (_what, wanted) => {
    await classes();
    await shelf('MUG', 4, 'partial');
    const loser = await mugs(-5, 4);
    await mugs(5, wanted);
    const { runId, givers } = await run();
    // The order's row is held while the carrier's step waits with what it saw before.
    const held = room.database.transaction(async (holder) => {
      await holder.raw('SELECT id FROM orders WHERE id = ? FOR UPDATE', [loser]);
      const [giving, beginning] = [Promise.all(givers.map((giver) => give(giver, runId))), room.untilWaiting(1)];
      await beginning;
      return { giving, begun: begin(loser, 1), waiting: await room.untilWaiting(2) };
    });
    const { giving, begun } = await held;
    await giving;
    expect(await begun).toBe(wanted < 4);
    const shipped = await room.rows<{ units: number }>(`SELECT (lines->0->>'quantity')::int AS units FROM shipments`);
    expect(shipped).toEqual(wanted < 4 ? [{ units: 4 - wanted }] : []);
    if (wanted < 4) return;
    const carrier = {} as Carrier;
    const shipments = createShipmentActivities({ database: room.database, carrier });
    expect(await shipments.bookShipment({ orderId: loser, number: 1 })).toMatchObject({ status: 'awaiting_stock' });
    await expect(shipments.bookShipment({ orderId: loser, number: 2 })).rejects.toThrow('nothing allocated');
    await room.cancel(loser);
    await expect(shipments.bookShipment({ orderId: loser, number: 1 })).rejects.toThrow('nothing allocated');
  });
});
