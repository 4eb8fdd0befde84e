import { adjustStock } from '../../db/inventory/adjustStock';
import { LOCATION_KINDS } from '../../db/inventory/locations/locationRecord';
import { COUNT_STATUSES } from '../../domain/inventory/counts/judgeVariance';
import { SHORTAGE_POLICIES } from '../../domain/inventory/shortage';
import { TRANSFER_STATUSES } from '../../domain/inventory/transfers/receiveTransfer';
import { openBackroom, type Backroom } from './backroom';

let room: Backroom;
beforeAll(async () => {
  room = await openBackroom();
  await room.stock('JAM', 0);
  await room.stock('JAM', 0, { location: 'loc-2' });
  await room.rows(`UPDATE items SET tracking = 'lot'`);
  const jam = { sku: 'JAM', location: 'loc-1', actor: 'test', reason: 'test' };
  await adjustStock(room.database, { ...jam, delta: 5, lot: 'A' });
  await adjustStock(room.database, { ...jam, bucket: 'safetyStock', setTo: 1 });
  await room.rows(
    `INSERT INTO transfers (id, origin, destination, created_by) VALUES ('trf_1', 'loc-1', 'loc-2', 'test')`,
  );
  await room.rows(`INSERT INTO transfer_lines (transfer_id, number, sku, quantity) VALUES ('trf_1', 1, 'JAM', 3)`);
  await room.rows(`INSERT INTO transfer_parcels (transfer_id, number, lot, shipped) VALUES ('trf_1', 1, 'A', 3)`);
  await room.rows(`INSERT INTO stock_counts (id, location, created_by) VALUES ('cnt_1', 'loc-1', 'test')`);
  await room.rows(`INSERT INTO stock_count_lines (count_id, sku, lot) VALUES ('cnt_1', 'JAM', 'A')`);
});
afterAll(() => room.close());

async function refusal(sql: string): Promise<string> {
  try {
    await room.rows(sql);
    return 'it was let through';
  } catch (error) {
    const { constraint, message } = error as Error & { constraint?: string };
    return constraint ?? message;
  }
}

describe('the database itself refuses', () => {
  test.each<[string, string, string | RegExp]>([
    ['more damaged than there is', 'UPDATE stock_levels SET damaged = 6', 'never_oversold'],
    [
      'damaged and held back more than there is',
      'UPDATE stock_levels SET damaged = 3, quality_hold = 3',
      'never_oversold',
    ],
    ['more picked than is reserved', 'UPDATE stock_levels SET picked = reserved + 1', 'what_is_picked_is_reserved'],
    ['a lot with more picked than it has', 'UPDATE stock_lots SET picked = 6', 'lot_has_what_is_held_back'],
    ['a life of less than nothing', 'UPDATE items SET minimum_life_days = -1', 'items_minimum_life_days_check'],
    ['a negative bucket', 'UPDATE stock_levels SET incoming = -1', 'stock_levels_incoming_check'],
    ['a lot with more damaged than it has', 'UPDATE stock_lots SET damaged = 6', 'lot_has_what_is_held_back'],
    ['a lot below nothing', 'UPDATE stock_lots SET on_hand = -1, damaged = 0', /^(stock_lots|lot_has)/],
    [
      'a change of the log of levels',
      `UPDATE stock_level_changes SET actor = 'x'`,
      /append-only|never changed|refuse/i,
    ],
    ['a transfer to where it comes from', `UPDATE transfers SET destination = 'loc-1'`, 'goes_somewhere'],
    [
      'a transfer that is short without a reason',
      `UPDATE transfers SET status = 'received_short'`,
      'short_with_a_reason',
    ],
    ['a reason without being short', `UPDATE transfers SET short_reason = 'x'`, 'short_with_a_reason'],
    ['a transfer of nothing', 'UPDATE transfer_lines SET quantity = 0', 'transfer_lines_quantity_check'],
    ['more received than was sent', 'UPDATE transfer_parcels SET received = 2, short = 2', 'no_more_than_was_sent'],
    ['a line that is half counted', 'UPDATE stock_count_lines SET counted = 1', 'counted_whole'],
    [
      'a count below nothing',
      'UPDATE stock_count_lines SET counted = -1',
      /^(counted_whole|stock_count_lines_counted_check)$/,
    ],
    ['a tolerance without a currency', 'UPDATE stock_counts SET tolerance_value = 1', 'tolerance_has_a_currency'],
    ['a cost without a currency', 'UPDATE items SET unit_cost = 1', 'cost_has_a_currency'],
    ['half a place on the map', 'UPDATE locations SET latitude = 1', 'both_coordinates'],
    [
      'a kit of itself',
      `INSERT INTO item_components (kit, sku, quantity) VALUES ('JAM', 'JAM', 1)`,
      'no_kit_of_itself',
    ],
  ])('%s', async (_what, sql, rule) => {
    expect(await refusal(sql)).toMatch(rule);
  });
});

describe('what the database takes is what the code knows', () => {
  const CHECKS: [table: string, column: string, known: readonly string[]][] = [
    ['transfers', 'status', TRANSFER_STATUSES],
    ['stock_counts', 'status', COUNT_STATUSES],
    ['locations', 'kind', LOCATION_KINDS],
    ['items', 'shortage', SHORTAGE_POLICIES],
  ];
  test.each(CHECKS)('%s.%s', async (table, column, known) => {
    const [check] = await room.rows<{ text: string }>(
      `SELECT pg_get_constraintdef(c.oid) AS text FROM pg_constraint c
       WHERE c.conrelid = ?::regclass AND c.conname = ?`,
      [table, `${table}_${column}_check`],
    );
    const values = [...(check?.text ?? '').matchAll(/'(\w+)'/g)].map(([, value]) => value);
    expect(values.sort()).toEqual([...known].sort());
  });
});
