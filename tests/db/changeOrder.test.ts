import { changeOrder, type OrderChange } from '../../db/orders/changeOrder';
import { insertHold } from '../../db/orders/holdRows';
import { readOrder } from '../../db/orders/readOrder';
import { prepared } from '../../db/prepared';
import { openBackroom, type Backroom } from './backroom';

let room: Backroom;
let orderId: string;
beforeAll(async () => {
  room = await openBackroom({ poolSize: 20 });
  await room.stock('SHIRT', 10_000);
});
afterAll(() => room.close());
afterEach(() => jest.restoreAllMocks());
beforeEach(async () => {
  orderId = await room.order();
});

const change = (made: OrderChange | null) => changeOrder(room.database, orderId, async () => made);
const note = (text: string): OrderChange => ({ events: [{ type: 'note.added', actor: 'test', data: { text } }] });
const events = () =>
  room.rows<{ sequence: number; type: string; status: string }>(
    'SELECT sequence, type, status FROM order_events WHERE order_id = ? ORDER BY sequence',
    [orderId],
  );
/** Everything the order has, to see that nothing was written. */
const everything = async () => ({
  order: await room.rows('SELECT * FROM orders WHERE id = ?', [orderId]),
  events: await events(),
  holds: await room.rows('SELECT * FROM order_holds WHERE order_id = ?', [orderId]),
  notifications: await room.rows('SELECT * FROM notifications WHERE order_id = ?', [orderId]),
});

describe('a change of an order', () => {
  test('that was made before writes nothing and answers with the order as it is', async () => {
    await room.reserve(orderId);
    const before = await everything();
    const snapshot = await change(null);
    expect(snapshot).toMatchObject({ orderId, version: 2, status: 'received', fulfilmentStatus: 'allocated' });
    expect(await everything()).toEqual(before);
  });

  test('raises the version by one and tells its events under the next numbers, with the status after them', async () => {
    await room.reserve(orderId);
    const snapshot = await change({ attention: 'look here', events: [{ type: 'a.first' }, { type: 'a.second' }] });
    expect(snapshot).toMatchObject({ version: 3, status: 'needs_attention', attention: 'look here' });
    expect((await events()).slice(2)).toEqual([
      { sequence: 3, type: 'a.first', status: 'needs_attention' },
      { sequence: 4, type: 'a.second', status: 'needs_attention' },
    ]);
    expect(await readOrder(room.database, orderId, null)).toMatchObject({ version: 3, status: 'needs_attention' });
  });

  test('30 of which run at once leaves numbers without a gap, each change counted', async () => {
    await Promise.all(Array.from({ length: 30 }, (_, index) => change(note(String(index)))));
    expect((await events()).map(({ sequence }) => sequence)).toEqual(Array.from({ length: 31 }, (_, at) => at + 1));
    expect(await readOrder(room.database, orderId, null)).toMatchObject({ version: 31 });
    const texts = await room.rows<{ text: string }>(
      `SELECT data->>'text' AS text FROM order_events WHERE order_id = ? AND type = 'note.added'`,
      [orderId],
    );
    expect(new Set(texts.map(({ text }) => text)).size).toBe(30);
  });

  test('that breaks off leaves nothing: no row, no event, no message, no version', async () => {
    const before = await everything();
    const hold = {
      id: `hld_${orderId}`,
      orderId,
      type: 'operator',
      reason: 'r',
      requestId: 'q',
      actor: 'test',
    } as const;
    const broken = changeOrder(room.database, orderId, async (transaction) => {
      await insertHold(transaction, hold);
      throw new Error('broken off');
    });
    await expect(broken).rejects.toThrow('broken off');
    expect(await everything()).toEqual(before);
  });

  test('that would end in an illegal step is refused by the database and leaves nothing', async () => {
    await room.reserve(orderId);
    await room.begin(orderId);
    const before = { ...(await everything()), level: await room.level('SHIRT') };
    // The parcel of an order that nobody has paid for.
    await expect(room.dispatch(orderId)).rejects.toMatchObject({ constraint: 'legal_transition' });
    expect({ ...(await everything()), level: await room.level('SHIRT') }).toEqual(before);
  });

  test('whose connection is lost before the commit leaves nothing', async () => {
    jest.spyOn(console, 'log').mockImplementation(); // knex tells of the lost connection there
    const before = await everything();
    const broken = changeOrder(room.database, orderId, async (transaction) => {
      const { rows } = await prepared<{ rows: [{ pid: number }] }>(transaction, 'SELECT pg_backend_pid() AS pid');
      await room.rows('SELECT pg_terminate_backend(?)', [rows[0].pid]);
      return note('lost');
    });
    await expect(broken).rejects.toThrow();
    expect(await everything()).toEqual(before);
  });

  test('of an order that is none is refused as not found', async () => {
    await expect(changeOrder(room.database, 'ord_none', async () => note('x'))).rejects.toMatchObject({
      code: 'not_found',
      message: 'there is no order ord_none',
    });
  });

  test('sends each message once, unless it is about another occurrence', async () => {
    const tell = (occurrence?: string) =>
      change({
        events: [],
        notify: [{ name: 'payment_problem', ...(occurrence === undefined ? {} : { occurrence }) }],
      });
    await tell();
    await tell();
    await tell('1');
    await tell('2');
    await tell('2');
    expect(await room.rows('SELECT id FROM notifications WHERE order_id = ? ORDER BY id', [orderId])).toEqual(
      ['', ':1', ':2'].map((occurrence) => ({ id: `${orderId}:payment_problem${occurrence}` })),
    );
  });

  test('starts the clock anew when the order waits for something else, and leaves it alone when it does not', async () => {
    const received = await change(note('still waits for stock'));
    const again = await change(note('and still'));
    expect(again.waitingFor).toEqual(received.waitingFor);
    const { snapshot } = await room.reserve(orderId);
    expect(snapshot.waitingFor?.what).toBe('payment_authorisation');
    const until = new Date(snapshot.waitingFor?.until ?? 0).getTime();
    expect(until).toBeGreaterThan(new Date(received.waitingFor?.until ?? 0).getTime());
  });

  test('that closes the order leaves the time of its end and nothing to wait for', async () => {
    const snapshot = await room.cancel(orderId);
    expect(snapshot).toMatchObject({ status: 'cancelled', waitingFor: null, allowedActions: [] });
    const [row] = await room.rows<Record<string, unknown>>('SELECT * FROM orders WHERE id = ?', [orderId]);
    expect(row).toMatchObject({
      ...{ closed_at: expect.any(Date), waiting_what: null, waiting_owner: null, waiting_until: null },
      ...{ previous_status: 'received', status_reason: 'customer_asked' },
    });
  });

  test('waits for the one that has the order, and then sees what that one did', async () => {
    const steps: string[] = [];
    const slow = changeOrder(room.database, orderId, async (_transaction, order) => {
      steps.push(`slow saw version ${order.version}`);
      await new Promise((resolve) => setTimeout(resolve, 200));
      return note('slow');
    });
    await new Promise((resolve) => setTimeout(resolve, 50));
    const quick = changeOrder(room.database, orderId, async (_transaction, order) => {
      steps.push(`quick saw version ${order.version}`);
      return note('quick');
    });
    await Promise.all([slow, quick]);
    expect(steps).toEqual(['slow saw version 1', 'quick saw version 2']);
  });
});
