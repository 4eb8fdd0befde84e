import { recordOrder } from '../../db/orders/recordOrder';
import { ROLES } from '../../domain/auth';
import { HOLD_TYPE_NAMES } from '../../domain/orders/holds';
import { FULFILMENT_STATUSES, ORDER_STATUSES, ORDER_TRANSITIONS, PAYMENT_STATUSES } from '../../domain/orders/status';
import { TRACKING_STATUSES } from '../../domain/shipments';
import { newOrder, openBackroom, type Backroom } from './backroom';

let room: Backroom;
let orderId: string;
beforeAll(async () => {
  room = await openBackroom();
  await room.stock('SHIRT', 10);
  orderId = await room.order({ lines: [{ sku: 'SHIRT', quantity: 4, unitPrice: 100 }] });
  await room.reserve(orderId);
  const values = [`pay_${orderId}`, orderId];
  await room.rows(
    `INSERT INTO payments (id, order_id, attempt, method, provider, amount) VALUES (?, ?, 1, 'card', 'p', 1)`,
    values,
  );
  await room.rows(
    `INSERT INTO payment_events (payment_id, order_id, effect, state, key, amount) VALUES (?, ?, 'authorise', 'succeeded', 'k', 1)`,
    values,
  );
});
afterAll(() => room.close());

/** What the database says to a write, whoever makes it: the name of the rule, or the text of the trigger. */
async function refusal(sql: string, values: readonly (string | number | null)[] = []): Promise<string> {
  try {
    await room.rows(sql, values);
    return 'it was let through';
  } catch (error) {
    const { constraint, message } = error as Error & { constraint?: string };
    return constraint ?? message;
  }
}

describe('the database itself refuses', () => {
  test.each([
    ['more reserved than there is', 'reserved = on_hand + 1', 'never_oversold'],
    ['less on hand than is reserved', 'on_hand = reserved - 1', 'never_oversold'],
    ['a negative reservation', 'reserved = -1', 'stock_levels_reserved_check'],
    ['a negative stock', 'on_hand = -1, reserved = -2', /^stock_levels_/],
    ['a negative safety stock', 'safety_stock = -1', 'stock_levels_safety_stock_check'],
  ])('%s', async (_what, change, rule) => {
    expect(await refusal(`UPDATE stock_levels SET ${change} WHERE sku = 'SHIRT'`)).toMatch(rule);
  });

  test.each([
    ['a unit that is in two states at once', 'cancelled = 1', 'every_unit_in_one_state'],
    ['more units than were ordered', 'fulfilled = 1', 'every_unit_in_one_state'],
    ['a unit shipped that was not fulfilled', 'shipped = 1', 'units_in_their_order'],
    ['a unit delivered that was not shipped', 'allocated = 0, fulfilled = 4, delivered = 1', 'units_in_their_order'],
    ['a unit returned that was not shipped', 'allocated = 0, fulfilled = 4, returned = 1', 'units_in_their_order'],
    ['a negative number of units', 'allocated = -1', 'order_lines_allocated_check'],
    ['a line of nothing', 'allocated = 0, quantity = 0', 'order_lines_quantity_check'],
    ['a negative price', 'unit_price = -1', 'order_lines_unit_price_check'],
  ])('%s', async (_what, change, rule) => {
    expect(await refusal(`UPDATE order_lines SET ${change} WHERE order_id = ?`, [orderId])).toBe(rule);
  });

  test.each([
    ['a parcel that was picked by nobody', 'picked_at = now()', 'picked_by_somebody'],
    [
      'units that are released and not put back',
      `state = 'released', picked_at = now(), picked_by = 'test'`,
      'released_is_put_back',
    ],
  ])('%s', async (_what, change, rule) => {
    expect(await refusal(`UPDATE allocations SET ${change} WHERE order_id = ?`, [orderId])).toBe(rule);
  });

  test.each([
    ['totals that do not add up', 'grand_total = grand_total + 1', 'totals_add_up'],
    ['a step back in the life of an order', `previous_status = 'shipped', status = 'received'`, 'legal_transition'],
    [
      'a closed order that comes back to life',
      `previous_status = 'cancelled', status = 'received'`,
      'legal_transition',
    ],
    ['a status that is none', `previous_status = 'received', status = 'lost'`, 'legal_transition'],
    ['a payment status that is none', `payment_status = 'maybe'`, 'orders_payment_status_check'],
    ['a fulfilment status that is none', `fulfilment_status = 'maybe'`, 'orders_fulfilment_status_check'],
  ])('%s', async (_what, change, rule) => {
    expect(await refusal(`UPDATE orders SET ${change} WHERE id = ?`, [orderId])).toBe(rule);
  });

  test.each([['stock_movements'], ['payment_events'], ['order_events']])(
    'to change or delete a line of %s, whose past is not ours to rewrite',
    async (table) => {
      const column = table === 'stock_movements' ? 'reason' : 'actor';
      expect(await refusal(`UPDATE ${table} SET ${column} = 'x'`)).toContain(`${table} is append-only`);
      expect(await refusal(`DELETE FROM ${table}`)).toContain(`${table} is append-only`);
      expect(await room.rows(`SELECT 1 FROM ${table}`)).not.toEqual([]);
    },
  );

  test('to rewrite the past by truncating a table of it', async () => {
    for (const table of ['stock_movements', 'payment_events', 'order_events']) {
      expect(await refusal(`TRUNCATE ${table}`)).toContain(`${table} is append-only`);
    }
  });

  test('a second order under the reference of a channel, and not under that of another', async () => {
    const [order] = await room.rows<{ reference: string }>('SELECT reference FROM orders WHERE id = ?', [orderId]);
    const copy = (id: string, channel: string) =>
      refusal(
        `INSERT INTO orders (id, reference, channel, fingerprint, currency, items_total, shipping_total, discount_total, tax_total,
           grand_total, shipping_method, policy, request_id)
         SELECT ?, reference, ?, fingerprint, currency, items_total, shipping_total, discount_total, tax_total, grand_total,
           shipping_method, policy, request_id FROM orders WHERE id = ?`,
        [id, channel, orderId],
      );
    expect(order?.reference).toBeDefined();
    expect(await copy('ord_copy', 'web')).toBe('one_order_per_reference');
    expect(await copy('ord_other', 'shop')).toBe('it was let through');
  });

  test('a second outcome of the same kind for one effect', async () => {
    const again = `INSERT INTO payment_events (payment_id, order_id, effect, state, key, amount)
      SELECT payment_id, order_id, effect, state, key, amount FROM payment_events WHERE key = 'k'`;
    expect(await refusal(again)).toBe('one_outcome_per_effect');
  });

  test.each([[0], [-5]])('an effect over %p', async (amount) => {
    const insert = `INSERT INTO payment_events (payment_id, order_id, effect, state, key, amount)
      VALUES (?, ?, 'refund', 'succeeded', 'r', ?)`;
    expect(await refusal(insert, [`pay_${orderId}`, orderId, amount])).toBe('payment_events_amount_check');
  });

  test('a second event under the same number of an order', async () => {
    const again = `INSERT INTO order_events (order_id, sequence, channel, type, status, actor)
      VALUES (?, 1, 'web', 'order.received', 'received', 'test')`;
    expect(await refusal(again, [orderId])).toBe('gapless_per_order');
  });

  test('a movement of nothing, and one of a level that is none', async () => {
    const move = (sku: string, delta: number) =>
      refusal(
        `INSERT INTO stock_movements (sku, location, on_hand_delta, reserved_delta, reason, actor) VALUES (?, 'loc-1', ?, 0, 'r', 't')`,
        [sku, delta],
      );
    expect(await move('SHIRT', 0)).toBe('something_moves');
    expect(await move('NO-SUCH-ITEM', 1)).toBe('stock_movements_sku_location_fkey');
  });

  test.each([
    ['order_contacts', `(order_id, email, name, shipping_address) VALUES ('ord_none', 'a@b.c', 'A', '{}')`],
    [
      'order_lines',
      `(id, order_id, position, sku, name, unit_price, quantity) VALUES ('l', 'ord_none', 1, 'A', 'A', 1, 1)`,
    ],
    [
      'order_holds',
      `(id, order_id, type, reason, request_id, placed_by) VALUES ('h', 'ord_none', 'operator', 'r', 'q', 't')`,
    ],
    ['order_events', `(order_id, sequence, channel, type, status, actor) VALUES ('ord_none', 1, 'web', 't', 's', 'a')`],
    ['notifications', `(id, order_id, name) VALUES ('n', 'ord_none', 'order_confirmed')`],
    ['payment_tokens', `(id, order_id, method, token) VALUES ('p', 'ord_none', 'card', 'tok')`],
  ])('a row of %s that belongs to no order', async (table, row) => {
    expect(await refusal(`INSERT INTO ${table} ${row}`)).toBe(`${table}_order_id_fkey`);
  });

  test('an order that breaks a rule in one line, with everything that comes with it', async () => {
    const bad = newOrder({ lines: [{ sku: 'SHIRT', quantity: 0, unitPrice: 100 }] });
    const scope = { principal: 'key:web', route: 'POST /v1/orders', key: 'k-1', fingerprint: bad.fingerprint };
    await expect(recordOrder(room.database, { ...bad, idempotency: scope })).rejects.toMatchObject({
      constraint: 'order_lines_quantity_check',
    });
    expect(await room.rows('SELECT 1 FROM orders WHERE id = ?', [bad.orderId])).toEqual([]);
    expect(await room.rows('SELECT 1 FROM idempotency_keys')).toEqual([]);
  });
});

describe('the rule for steps in the life of an order', () => {
  test('is the same in the database as in the domain', async () => {
    const [rule] = await room.rows<{ definition: string }>(
      `SELECT pg_get_constraintdef(oid) AS definition FROM pg_constraint WHERE conname = 'legal_transition'`,
    );
    const statuses = rule?.definition.match(/'[a-z_]+'/g)?.map((quoted) => quoted.slice(1, -1)) ?? [];
    const inDatabase = Array.from({ length: statuses.length / 2 }, (_, at) =>
      statuses.slice(2 * at, 2 * at + 2).join(' -> '),
    );
    const inDomain = ORDER_STATUSES.flatMap((from) =>
      [from, ...ORDER_TRANSITIONS[from]].map((to) => `${from} -> ${to}`),
    );
    expect(inDatabase.sort()).toEqual(inDomain.sort());
  });

  test.each([
    ['orders', 'payment_status', PAYMENT_STATUSES],
    ['orders', 'fulfilment_status', FULFILMENT_STATUSES],
    ['order_holds', 'type', HOLD_TYPE_NAMES],
    ['shipments', 'status', ['booking', ...TRACKING_STATUSES]],
    ['api_keys', 'role', ROLES],
  ])('has the words of the domain in %s.%s too', async (table, column, words) => {
    const [rule] = await room.rows<{ definition: string }>(
      `SELECT pg_get_constraintdef(c.oid) AS definition FROM pg_constraint c
       JOIN pg_attribute a ON a.attrelid = c.conrelid AND c.conkey = ARRAY[a.attnum]
       WHERE c.contype = 'c' AND c.conrelid = ?::regclass AND a.attname = ?`,
      [table, column],
    );
    expect(rule?.definition.match(/'[a-z_]+'/g)?.map((quoted) => quoted.slice(1, -1))).toEqual([...words]);
  });

  test('is obeyed for every pair of statuses', async () => {
    for (const from of ORDER_STATUSES) {
      const legal = [from, ...ORDER_TRANSITIONS[from]];
      for (const to of ORDER_STATUSES) {
        const said = await refusal(`UPDATE orders SET previous_status = ?, status = ? WHERE id = ?`, [
          from,
          to,
          orderId,
        ]);
        expect([from, to, said]).toEqual([from, to, legal.includes(to) ? 'it was let through' : 'legal_transition']);
      }
    }
  });
});
