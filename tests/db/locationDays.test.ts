import { readAvailability } from '../../db/inventory/readAvailability';
import { giveUpStock } from '../../db/inventory/reallocation/giveUpStock';
import { putClassRule } from '../../db/inventory/reallocation/classes';
import { inTransaction } from '../../db/transaction';
import { leavesAt } from '../../domain/inventory/cutOff';
import { free, openBackroom, type Backroom } from './backroom';

let room: Backroom;
let sku: string;
let place: string;
let count = 0;
beforeAll(async () => {
  room = await openBackroom({ poolSize: 20 });
});
afterAll(() => room.close());
beforeEach(async () => {
  count += 1;
  [sku, place] = [`DAY-${count}`, `loc-${count}`];
  await room.stock(sku, 30, { location: place });
});

const limit = (capacity: number, cutOff: string | null = null, zone = 'UTC', location = place) =>
  room.rows('UPDATE locations SET daily_capacity = ?, cut_off = ?::time, time_zone = ? WHERE id = ?', [
    ...[capacity, cutOff, zone, location],
  ]);
const sell = async (quantity = 1): Promise<{ orderId: string; status: string }> => {
  const orderId = await room.order(free({ sku, quantity }));
  return { orderId, status: (await room.reserve(orderId)).snapshot.status };
};
const taken = async (location = place): Promise<Record<string, number>> => {
  const rows = await room.rows<{ day: string; taken: number }>(
    `SELECT day::text, taken FROM location_days WHERE location = ? AND taken > 0 ORDER BY day`,
    [location],
  );
  return Object.fromEntries(rows.map(({ day, taken }) => [day, taken]));
};
const dayIn = async (zone: string, days: number): Promise<string> => {
  const [row] = await room.rows<{ day: string }>(`SELECT ((now() AT TIME ZONE ?)::date + ?::int)::text AS day`, [
    ...[zone, days],
  ]);
  return row?.day ?? '';
};

describe('the place of a parcel in the day of its location', () => {
  test('is given back when the order is cancelled, once, and the next order gets it', async () => {
    await limit(1);
    const first = await sell();
    expect([first.status, (await sell()).status]).toEqual(['ready_to_ship', 'rejected']);
    await room.cancel(first.orderId);
    await room.cancel(first.orderId);
    expect(await taken()).toEqual({});
    expect((await sell()).status).toBe('ready_to_ship');
    expect(Object.values(await taken())).toEqual([1]);
  });

  test('stays taken by a parcel that has left', async () => {
    await limit(2);
    const [gone, cancelled] = [await sell(), await sell()];
    await room.begin(gone.orderId);
    await room.dispatch(gone.orderId);
    await room.cancel(cancelled.orderId);
    expect(Object.values(await taken())).toEqual([1]);
    expect([(await sell()).status, (await sell()).status]).toEqual(['ready_to_ship', 'rejected']);
  });

  test('is given back for each parcel of an order at its own location', async () => {
    const other = `loc-${100 + count}`;
    await room.stock(sku, 30, { location: other });
    await limit(5);
    await limit(5, null, 'UTC', other);
    const { orderId } = await sell(50);
    expect([Object.values(await taken()), Object.values(await taken(other))]).toEqual([[1], [1]]);
    await room.cancel(orderId);
    expect([await taken(), await taken(other)]).toEqual([{}, {}]);
  });

  test('is given back when all units of the parcel are given up to others, and not before', async () => {
    await limit(5);
    await room.rows(`UPDATE items SET shortage = 'backorder' WHERE sku = ?`, [sku]);
    await inTransaction(room.database, (transaction) =>
      putClassRule(transaction, { channel: 'web', minimumPriority: null, class: 'lose', actor: 'test' }),
    );
    const loser = await sell(30);
    const waiting = await sell(30);
    expect(waiting.status).toBe('awaiting_stock');
    await room.rows('UPDATE backorders SET class_rank = 1 WHERE order_id = ?', [waiting.orderId]);
    const lose = (units: number, requestId: string) =>
      inTransaction(room.database, (transaction) =>
        giveUpStock(transaction, {
          ...{ orderId: loser.orderId, lineId: `lin_${loser.orderId.slice(4)}_1`, requestId, actor: 'test' },
          takes: [{ location: place, units }],
        }),
      );
    expect(await lose(10, 'first')).toMatchObject({ units: 10 });
    expect(Object.values(await taken())).toEqual([1]);
    expect(await lose(20, 'second')).toMatchObject({ units: 20 });
    expect(await taken()).toEqual({});
    await room.rows('DELETE FROM reallocation_classes');
  });

  test('is right after many orders are placed and cancelled at once at two locations', async () => {
    const other = `loc-${200 + count}`;
    await room.stock(sku, 30, { location: other });
    await limit(40);
    await limit(40, null, 'UTC', other);
    const orders = await Promise.all(Array.from({ length: 12 }, () => room.order(free({ sku, quantity: 4 }))));
    await Promise.all(
      orders.map(async (orderId, index) => {
        await room.reserve(orderId);
        if (index % 2 === 0) await room.cancel(orderId);
      }),
    );
    const [open] = await room.rows<{ parcels: number }>(
      `SELECT count(DISTINCT (order_id, number))::int AS parcels FROM allocations WHERE state = 'allocated' AND location IN (?, ?)`,
      [place, other],
    );
    const sum = [await taken(), await taken(other)].flatMap((days) => Object.values(days));
    expect(sum.reduce((total, units) => total + units, 0)).toBe(open?.parcels);
    await Promise.all(orders.map((orderId) => room.cancel(orderId)));
    expect([await taken(), await taken(other)]).toEqual([{}, {}]);
  });
});

describe('past the cut-off of a location', () => {
  test.each(['UTC', 'Pacific/Kiritimati', 'Pacific/Pago_Pago'])(
    'a place of the next day of %s is taken',
    async (zone) => {
      await limit(1, '00:00', zone);
      const before = await dayIn(zone, 1);
      const first = await sell();
      const days = await taken();
      expect([before, await dayIn(zone, 1)]).toContain(Object.keys(days)[0]);
      expect(first.status).toBe('ready_to_ship');
    },
  );

  test('the limit of the next day decides, and places of today stay free', async () => {
    await limit(1, '00:00');
    const today = await dayIn('UTC', 0);
    await room.rows('INSERT INTO location_days (location, day, taken) VALUES (?, ?::date, 1)', [place, today]);
    const [first, second] = [await sell(), await sell()];
    expect([first.status, second.status]).toEqual(['ready_to_ship', 'rejected']);
  });

  test('what is there is promised for the beginning of the next day there', async () => {
    const ask = async () => {
      const { promisedAt } =
        (await readAvailability(room.database, { sku, channel: 'web', country: null, quantity: 1, at: null })) ?? {};
      return promisedAt?.getTime() ?? 0;
    };
    const early = Date.now();
    expect(await ask()).toBeLessThanOrEqual(Date.now() + 1_000);
    await room.rows(`UPDATE locations SET cut_off = '00:00', time_zone = 'America/New_York' WHERE id = ?`, [place]);
    const next = [early, Date.now()].map((at) => leavesAt(at, { at: '00:00', timeZone: 'America/New_York' }));
    expect(next).toContain(await ask());
  });
});
