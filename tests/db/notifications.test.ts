import { connectDatabase } from '../../db/connection';
import { changeOrder } from '../../db/orders/changeOrder';
import { claimNotifications, markFailed, markSent } from '../../db/notifications/queue';
import { renderNotification } from '../../domain/notifications';
import { free, openBackroom, type Backroom } from './backroom';

let room: Backroom;
beforeEach(async () => {
  room = await openBackroom({ poolSize: 20 });
});
afterEach(() => room.close());

/** So many orders whose customers are to be told that they are confirmed. */
async function queueMessages(count: number): Promise<string[]> {
  const orderIds = await Promise.all(Array.from({ length: count }, () => room.order()));
  await Promise.all(
    orderIds.map((orderId) =>
      changeOrder(room.database, orderId, async () => ({ events: [], notify: [{ name: 'order_confirmed' }] })),
    ),
  );
  return orderIds.map((orderId) => `${orderId}:order_confirmed`);
}

const claim = async (limit = 10) => (await claimNotifications(room.database, limit)).map(({ id }) => id);
const makeDue = () => room.rows(`UPDATE notifications SET next_attempt_at = now() WHERE next_attempt_at IS NOT NULL`);
/** How long until the next attempt, in seconds. */
const pauses = async () =>
  (
    await room.rows<{ pause: number | null }>(
      'SELECT round(extract(epoch FROM next_attempt_at - now()))::int AS pause FROM notifications',
    )
  ).map(({ pause }) => pause);

describe('the queue of messages to customers', () => {
  test('gives each message to one of many senders', async () => {
    const ids = await queueMessages(60);
    const taken = await Promise.all(Array.from({ length: 12 }, () => claim(7)));
    const all = taken.flat();
    expect(new Set(all).size).toBe(all.length);
    for (let more = await claim(7); more.length > 0; more = await claim(7)) all.push(...more);
    expect(all.sort()).toEqual(ids.sort());
  });

  test('gives no sender more than it asked for', async () => {
    await queueMessages(30);
    await room.rows('ANALYZE notifications');
    for (const limit of [1, 3, 10]) expect(await claim(limit)).toHaveLength(limit);
  });

  test('tells the sender all that the text needs, as it is when it is sent', async () => {
    await room.stock('SHIRT', 10);
    const orderId = await room.order({ reference: 'WEB-9' });
    await room.reserve(orderId);
    await changeOrder(room.database, orderId, async () => ({
      statusReason: 'because',
      events: [],
      notify: [{ name: 'payment_problem' }],
    }));
    expect(await claimNotifications(room.database, 10)).toEqual([
      {
        ...{
          id: `${orderId}:payment_problem`,
          orderId,
          name: 'payment_problem',
          attempts: 1,
          email: 'ada@example.com',
        },
        data: {
          ...{ customerName: 'Ada Lovelace', reference: 'WEB-9', currency: 'EUR', grand: 4497, reason: 'because' },
          ...{ payUntil: null, carrier: null, trackingUrl: null, missing: [] },
          lines: [{ name: 'Item SHIRT', quantity: 2 }],
        },
      },
    ]);
  });

  test('tells of each parcel once, and what is in it', async () => {
    await room.stock('MUG', 1, { location: 'loc-1' });
    await room.stock('CAP', 1, { location: 'loc-2' });
    const orderId = await room.order(free({ sku: 'MUG', quantity: 1 }, { sku: 'CAP', quantity: 1 }));
    await room.reserve(orderId);
    await room.begin(orderId);
    await room.dispatch(orderId);
    const told = (await claimNotifications(room.database, 10)).filter((mail) => mail.orderId === orderId);
    expect(
      told.map(({ id, data }) => [id.split(':').slice(1).join(':'), data.lines.map(({ name }) => name)]).sort(),
    ).toEqual([
      ['order_shipped:1', ['Item MUG']],
      ['order_shipped:2', ['Item CAP']],
    ]);
  });

  test('tells a time in UTC whatever time zone the database is set to, as the text says UTC', async () => {
    const name = new URL(room.databaseUrl).pathname.slice(1);
    await room.rows(`ALTER DATABASE ${name} SET timezone = 'Asia/Tokyo'`);
    const inTokyo = connectDatabase({ url: room.databaseUrl, poolSize: 1 });
    await room.stock('SHIRT', 10);
    const orderId = await room.order();
    await room.rows(
      `UPDATE orders SET previous_status = 'received', status = 'awaiting_payment', waiting_what = 'customer_payment',
         waiting_until = '2026-01-01T12:00:00Z' WHERE id = ?`,
      [orderId],
    );
    await room.rows(`INSERT INTO notifications (id, order_id, name) VALUES ('n', ?, 'payment_problem')`, [orderId]);
    const [message] = await claimNotifications(inTokyo, 1);
    await inTokyo.destroy();
    expect(message?.data.payUntil).toBe('2026-01-01T12:00:00Z');
    expect(message && renderNotification(message.name, message.data).text).toContain('until 2026-01-01 12:00 UTC');
  });

  test('leaves what a sender that died had taken to the others, after a minute', async () => {
    const [id] = await queueMessages(1);
    expect(await claim()).toEqual([id]);
    expect(await claim()).toEqual([]);
    expect(await pauses()).toEqual([60]);
    await makeDue();
    expect(await claim()).toEqual([id]);
  });

  test('waits twice as long after each attempt, six hours at most', async () => {
    await queueMessages(1);
    const waited: (number | null | undefined)[] = [];
    for (let attempt = 0; attempt < 12; attempt += 1) {
      await claim();
      waited.push((await pauses())[0]);
      await makeDue();
    }
    const minutes = [1, 2, 4, 8, 16, 32, 64, 128, 256, 360, 360, 360];
    expect(waited).toEqual(minutes.map((minute) => minute * 60));
  });

  test('does not give out again what was sent', async () => {
    const ids = await queueMessages(2);
    await markSent(room.database, await claim());
    await makeDue();
    expect(await claim()).toEqual([]);
    const sent = await room.rows('SELECT id FROM notifications WHERE sent_at IS NOT NULL AND next_attempt_at IS NULL');
    expect(sent).toHaveLength(ids.length);
  });

  test('keeps the fault of an attempt and tries again', async () => {
    const [id = ''] = await queueMessages(1);
    await claim();
    await markFailed(room.database, { id, error: 'x'.repeat(2_000), forGood: false });
    expect(await pauses()).toEqual([60]);
    expect(await room.rows('SELECT failed_at, length(last_error) AS length FROM notifications')).toEqual([
      { failed_at: null, length: 500 },
    ]);
    await makeDue();
    expect(await claim()).toEqual([id]);
    await markSent(room.database, [id]);
    expect(await room.rows('SELECT last_error FROM notifications')).toEqual([{ last_error: null }]);
  });

  test('gives up for good on an address that will never take it', async () => {
    const [id = ''] = await queueMessages(1);
    await claim();
    await markFailed(room.database, { id, error: 'no such mailbox', forGood: true });
    await makeDue();
    expect(await claim()).toEqual([]);
    expect(await room.rows('SELECT failed_at, last_error FROM notifications')).toEqual([
      { failed_at: expect.any(Date), last_error: 'no such mailbox' },
    ]);
  });

  test('starts with the message that is due longest', async () => {
    const ids = await queueMessages(3);
    for (const [at, id] of ids.entries()) {
      await room.rows(`UPDATE notifications SET next_attempt_at = now() - ? * interval '1 minute' WHERE id = ?`, [
        at,
        id,
      ]);
    }
    expect([...(await claim(1)), ...(await claim(1)), ...(await claim(1))]).toEqual(ids.toReversed());
  });
});
