/**
 * Medusa (commerce 2.4: medusa #16825) completes a cart in parallel branches. The cart that loses the race for the last unit fails
 * in one branch while another has already made its order: two orders stand for one unit, one of them without stock or payment.
 * Here: the reservation, the order's status, its event and its message are one transaction. Wherever the process dies, the order
 * is as it was or all of it is done; the loser is closed as rejected, with the reason, and nobody was asked for money.
 */
import { createInventoryActivities } from '../../activities/inventory';
import type { Database } from '../../db/connection';
import { free, openBackroom, type Backroom } from '../db/backroom';
import { overConnections, textOf } from '../support/overConnections';

let room: Backroom;
beforeEach(async () => {
  room = await openBackroom({ poolSize: 20 });
  await room.stock('LAST', 1);
});
afterEach(() => room.close());

const buyer = () => room.order(free({ sku: 'LAST', quantity: 1 }));

/** The same database to a process that dies with its nth statement: before it reaches the server, or before the answer is back. */
function dying(nth: number, when: 'before' | 'after'): Database {
  let statements = 0;
  return overConnections(room.database, async (statement, really) => {
    const text = textOf(statement);
    if (['BEGIN', 'COMMIT', 'ROLLBACK'].includes(text)) return really();
    statements += 1;
    const dies = statements === nth;
    if (dies && when === 'before') throw new Error('the process died');
    const answer = await really();
    if (dies) throw new Error('the process died');
    return answer;
  });
}

/** What there is of each order: its status, its units, its events after the first and its messages. */
const standing = (orderId: string | null = null) =>
  room.rows(
    `SELECT o.status, (SELECT sum(allocated)::int FROM order_lines WHERE order_id = o.id) AS units, o.last_sequence AS told,
       (SELECT count(*)::int FROM notifications WHERE order_id = o.id) AS messages,
       (SELECT count(*)::int FROM payments WHERE order_id = o.id) AS payments
     FROM orders o WHERE ?::text IS NULL OR id = ? ORDER BY o.status`,
    [orderId, orderId],
  );
const UNTOUCHED = { status: 'received', units: 0, told: 1, messages: 0, payments: 0 };
const WON = { status: 'ready_to_ship', units: 1, told: 2, messages: 0, payments: 0 };
const LOST = { status: 'rejected', units: 0, told: 2, messages: 1, payments: 0 };

test('of two buyers of one unit at the same time one gets it; the other is closed, told why, and never asked for money', async () => {
  const orderIds = [await buyer(), await buyer()];
  await Promise.all(orderIds.map((orderId) => room.reserve(orderId)));
  expect(await standing()).toEqual([WON, LOST]);
  expect(await room.rows('SELECT reserved FROM stock_levels')).toEqual([{ reserved: 1 }]);
});

describe.each(['before', 'after'] as const)('a process that dies %s any one of the statements of the step', (when) => {
  test('leaves the order as it was, and the next one does all of it', async () => {
    let deaths = 0;
    for (let done = false; !done; deaths += done ? 0 : 1) {
      const orderId = await buyer();
      const inventory = createInventoryActivities({ database: dying(deaths + 1, when) });
      done = await inventory.reserveStock({ orderId }).then(
        () => true,
        () => false,
      );
      if (!done) {
        expect(await standing(orderId)).toEqual([UNTOUCHED]);
        expect(await room.level('LAST')).toEqual({ onHand: 1, reserved: 0 });
        await room.reserve(orderId);
      }
      expect(await standing(orderId)).toEqual([WON]);
      await room.cancel(orderId);
      expect(await room.findDrift()).toEqual([]);
    }
    expect(deaths).toBeGreaterThan(3);
  });
});

test('the loser whose process dies while it is being rejected is rejected by the next one, once', async () => {
  await room.reserve(await buyer());
  for (let nth = 1; nth < 4; nth += 1) {
    const orderId = await buyer();
    const inventory = createInventoryActivities({ database: dying(nth, 'after') });
    await expect(inventory.reserveStock({ orderId })).rejects.toThrow('the process died');
    await Promise.all([room.reserve(orderId), room.reserve(orderId)]);
  }
  expect(await standing()).toEqual([WON, LOST, LOST, LOST]);
});
