import { execFile } from 'node:child_process';
import { resolve } from 'node:path';
import { promisify } from 'node:util';
import { adjustStock } from '../../db/inventory/adjustStock';
import { rebuildStock } from '../../db/inventory/rebuildStock';
import { findLotDrift } from '../../db/verify/findLotDrift';
import { findStockDrift } from '../../db/verify/findStockDrift';
import { free, openBackroom, type Backroom } from './backroom';

let room: Backroom;
beforeEach(async () => {
  room = await openBackroom();
  await room.stock('SHIRT', 10);
  await room.stock('JAM', 0);
  await room.rows(`UPDATE items SET tracking = 'lot' WHERE sku = 'JAM'`);
  const jam = { sku: 'JAM', location: 'loc-1', reason: 'received', actor: 'test' };
  await adjustStock(room.database, { ...jam, delta: 4, lot: 'A', expiresOn: '2027-01-31' });
  await adjustStock(room.database, { ...jam, delta: 3, lot: 'B' });
  await adjustStock(room.database, { ...jam, bucket: 'damaged', delta: 1, lot: 'A' });
  await room.reserve(await room.order(free({ sku: 'SHIRT', quantity: 3 })));
});
afterEach(() => room.close());

const ROOT = resolve(__dirname, '../..');
/** The program, as an operator runs it. */
async function run(...args: string[]): Promise<{ code: number; output: string }> {
  const options = { cwd: ROOT, env: { PATH: process.env['PATH'], DATABASE_URL: room.databaseUrl } };
  const program = ['--import', 'tsx', 'db/inventory/main.ts', ...args];
  return promisify(execFile)(process.execPath, program, options).then(
    ({ stdout }) => ({ code: 0, output: stdout }),
    (error: { code: number; stdout: string; stderr: string }) => ({
      code: error.code,
      output: error.stdout + error.stderr,
    }),
  );
}
const rebuild = (apply: boolean) => rebuildStock(room.database, { apply, actor: 'test' });
const drift = async () => [
  ...(await findStockDrift(room.database)).found,
  ...(await findLotDrift(room.database)).found,
];
const levels = () =>
  room.rows('SELECT sku, on_hand, reserved, damaged, incoming FROM stock_levels ORDER BY sku, location');

describe('stock against its ledger', () => {
  test('adds up, and a rebuild finds nothing to do', async () => {
    expect(await drift()).toEqual([]);
    expect(await rebuild(true)).toEqual([]);
    expect(await run('verify')).toEqual({ code: 0, output: '2 levels and 2 lots: all add up\n' });
  });

  test('is told where it does not add up, level by level and lot by lot', async () => {
    await room.rows(`UPDATE stock_levels SET on_hand = 13, incoming = 2 WHERE sku = 'SHIRT'`);
    await room.rows(`UPDATE stock_lots SET on_hand = 2 WHERE lot = 'B'`);
    const { code, output } = await run('verify');
    expect(code).toBe(1);
    expect(output.split('\n')).toEqual([
      expect.stringMatching(
        /^SHIRT at loc-1: 13 on hand, 10 by its movements \(\+3\); 2 incoming, 0 by its movements \(\+2\); last moved by \d+ \(allocated\)$/,
      ),
      'JAM at loc-1, lot B: 2 on hand, 3 by its movements (-1)',
      'JAM at loc-1: its lots have 6 on hand, the level 7',
      '2 levels and 2 lots: 3 do not add up',
      '',
    ]);
  });

  test('is rebuilt from it whole: levels, lots that are off, lots that are gone; with a line for each level', async () => {
    const before = await levels();
    const lots = await room.rows('SELECT lot, on_hand, damaged FROM stock_lots ORDER BY lot');
    await room.rows(`UPDATE stock_levels SET on_hand = 13, reserved = 0, incoming = 2 WHERE sku = 'SHIRT'`);
    await room.rows(`UPDATE stock_levels SET on_hand = 9, damaged = 0 WHERE sku = 'JAM'`);
    await room.rows(`DELETE FROM stock_lots WHERE lot = 'A'`);
    await room.rows(`UPDATE stock_lots SET on_hand = 9 WHERE lot = 'B'`);
    const broken = await levels();
    const told = await run('rebuild');
    expect(told.code).toBe(1);
    expect(told.output).toContain('2 levels would be set to what their movements add up to');
    expect(await levels()).toEqual(broken);

    const done = await run('rebuild', '--apply');
    expect(done).toMatchObject({ code: 0, output: expect.stringContaining('2 levels were set to') as string });
    expect(done.output).toContain('lot A: 0 on hand, 4 by its movements (-4)');
    expect(await levels()).toEqual(before);
    expect(await room.rows('SELECT lot, on_hand, damaged FROM stock_lots ORDER BY lot')).toEqual(lots);
    expect(await drift()).toEqual([]);
    const changes = await room.rows<{ sku: string; was: object; became: object; actor: string }>(
      `SELECT sku, was, became, actor FROM stock_level_changes WHERE kind = 'rebuilt' ORDER BY sku`,
    );
    expect(changes).toMatchObject([
      { sku: 'JAM', was: { onHand: 9 }, became: { onHand: 7, damaged: 1 }, actor: 'system:rebuild' },
      { sku: 'SHIRT', was: { onHand: 13, reserved: 0 }, became: { onHand: 10, reserved: 3, incoming: 0 } },
    ]);
    expect(await run('verify')).toMatchObject({ code: 0 });
  });

  test('that adds up to what no level can have is told and left', async () => {
    await room.rows(
      `INSERT INTO stock_movements (sku, location, on_hand_delta, reserved_delta, reason, actor) VALUES ('SHIRT', 'loc-1', -8, 0, 'x', 'test')`,
    );
    await room.rows(`UPDATE stock_levels SET on_hand = 8 WHERE sku = 'JAM'`);
    const { code, output } = await run('rebuild', '--apply');
    expect(code).toBe(1);
    expect(output).toContain('left as it is: 2 units on hand would be less than the 3 reserved for orders');
    expect(output).toContain('1 levels were set to what their movements add up to, 1 can not be');
    expect(await room.level('SHIRT')).toEqual({ onHand: 10, reserved: 3 });
    expect(await room.level('JAM')).toMatchObject({ onHand: 7 });
  });

  test('is rebuilt right while stock moves', async () => {
    await room.rows(`UPDATE stock_levels SET on_hand = on_hand + 5 WHERE sku = 'SHIRT'`);
    const move = () =>
      adjustStock(room.database, { sku: 'SHIRT', location: 'loc-1', delta: 1, reason: 'found', actor: 'test' });
    await Promise.all([
      ...Array.from({ length: 10 }, move),
      rebuild(true),
      rebuild(true),
      ...Array.from({ length: 10 }, move),
    ]);
    expect(await room.level('SHIRT')).toEqual({ onHand: 30, reserved: 3 });
    expect(await drift()).toEqual([]);
  });

  test('knows its commands', async () => {
    for (const args of [['tidy'], [], ['verify', '--apply']]) {
      const { code, output } = await run(...args);
      expect([code, output]).toEqual([2, expect.stringContaining('Usage: node db/inventory/main.js')]);
    }
    expect((await run('rebuild', '--force')).code).toBe(1);
  });
});
