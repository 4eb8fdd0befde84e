import { adjustStock } from '../../db/inventory/adjustStock';
import { createTransfer } from '../../db/inventory/transfers/createTransfer';
import { cancelTransfer, receiveTransferUnits, shipTransfer } from '../../db/inventory/transfers/moveTransfer';
import type { TransferReceipt } from '../../db/inventory/transfers/moveTransfer';
import { inTransaction } from '../../db/transaction';
import { newId } from '../../runtime/newId';
import { free, openBackroom, type Backroom } from './backroom';

let room: Backroom;
beforeAll(async () => {
  room = await openBackroom({ poolSize: 20 });
  await room.stock('FAR', 1, { location: 'loc-2' });
  await Promise.all(Array.from({ length: 20 }, () => room.rows('SELECT pg_sleep(0.2)')));
});
afterAll(() => room.close());

let skus = 0;
async function shelf(onHand: number, lots: Record<string, [units: number, expiresOn: string]> = {}): Promise<string> {
  const sku = `TRF-${(skus += 1)}`;
  await room.stock(sku, onHand);
  if (Object.keys(lots).length > 0) await room.rows(`UPDATE items SET tracking = 'lot' WHERE sku = ?`, [sku]);
  for (const [lot, [delta, expiresOn]] of Object.entries(lots))
    await adjustStock(room.database, {
      sku,
      location: 'loc-1',
      delta,
      lot,
      expiresOn,
      reason: 'received',
      actor: 'test',
    });
  return sku;
}
const plan = async (...lines: { sku: string; quantity: number; lot?: string }[]): Promise<string> => {
  const id = newId('trf');
  const transfer = { id, from: 'loc-1', to: 'loc-2', lines, note: null, expectedAt: null, actor: 'key:ops' };
  await inTransaction(room.database, (transaction) => createTransfer(transaction, transfer));
  return id;
};
const ship = (id: string) => inTransaction(room.database, (transaction) => shipTransfer(transaction, id, 'key:ops'));
const receive = (id: string, receipt: Partial<TransferReceipt>) =>
  inTransaction(room.database, (transaction) =>
    receiveTransferUnits(transaction, id, { lines: [], shortReason: null, ...receipt }, 'key:ops'),
  );
const levelsOf = (sku: string) =>
  room.rows('SELECT location, on_hand, incoming FROM stock_levels WHERE sku = ? ORDER BY location', [sku]);
const at = (location: string, on_hand: number, incoming: number) => ({ location, on_hand, incoming });
const lotsOf = (sku: string) =>
  room.rows(`SELECT location, lot, on_hand, expires_on::text FROM stock_lots WHERE sku = ? ORDER BY location, lot`, [
    sku,
  ]);

/** The one that was done, then why the others were not. */
const outcomesOf = (results: PromiseSettledResult<unknown>[]) =>
  results
    .map((result) => (result.status === 'fulfilled' ? 'done' : (result.reason as { code: string }).code))
    .sort((a, b) => Number(b === 'done') - Number(a === 'done'));

describe('a transfer', () => {
  test('that says when it arrives is counted on from then, by what is still under way', async () => {
    const sku = await shelf(10);
    const expectedAt = new Date(Date.now() + 3 * 86_400_000).toISOString();
    const id = newId('trf');
    const lines = [{ sku, quantity: 6 }];
    const expected = () =>
      room.rows('SELECT line, sku, location, units::int, expected_at FROM expected_stock WHERE document = ?', [id]);
    await inTransaction(room.database, (transaction) =>
      createTransfer(transaction, { id, from: 'loc-1', to: 'loc-2', lines, note: null, expectedAt, actor: 'test' }),
    );
    expect(await expected()).toEqual([]);
    await ship(id);
    const row = { line: 1, sku, location: 'loc-2', expected_at: new Date(expectedAt) };
    expect(await expected()).toEqual([{ ...row, units: 6 }]);
    await receive(id, { lines: [{ number: 1, received: 2 }] });
    expect(await expected()).toEqual([{ ...row, units: 4 }]);
    await receive(id, { lines: [{ number: 1, received: 1 }], shortReason: 'lost' });
    expect(await expected()).toEqual([]);
    expect(await levelsOf(sku)).toEqual([at('loc-1', 4, 0), at('loc-2', 3, 0)]);
  });

  test('moves nothing as a draft, takes units on their way, and puts them where they come to', async () => {
    const sku = await shelf(10);
    const id = await plan({ sku, quantity: 6 });
    expect(await levelsOf(sku)).toEqual([at('loc-1', 10, 0)]);
    expect(await ship(id)).toMatchObject({
      status: 'shipped',
      lines: [{ units: [{ lot: null, shipped: 6, received: 0 }] }],
    });
    expect(await levelsOf(sku)).toEqual([at('loc-1', 4, 0), at('loc-2', 0, 6)]);
    expect(await receive(id, { lines: [{ number: 1, received: 4 }] })).toMatchObject({
      ...{ status: 'partly_received', closedAt: null },
    });
    expect(await levelsOf(sku)).toEqual([at('loc-1', 4, 0), at('loc-2', 4, 2)]);
    const done = await receive(id, { lines: [{ number: 1, received: 2 }] });
    expect(done).toMatchObject({ status: 'received', closedAt: expect.any(Date) as Date });
    expect(await levelsOf(sku)).toEqual([at('loc-1', 4, 0), at('loc-2', 6, 0)]);
    const ledger = await room.rows(
      'SELECT location, on_hand_delta AS moved, incoming_delta AS incoming, reason FROM stock_movements WHERE document = ? ORDER BY id',
      [id],
    );
    expect(ledger).toEqual([
      { location: 'loc-2', moved: 0, incoming: 6, reason: 'transfer_shipped' },
      { location: 'loc-1', moved: -6, incoming: 0, reason: 'transfer_shipped' },
      { location: 'loc-2', moved: 4, incoming: -4, reason: 'transfer_received' },
      { location: 'loc-2', moved: 2, incoming: -2, reason: 'transfer_received' },
    ]);
    expect(await room.findDrift()).toEqual([]);
  });

  test('that comes short writes off the rest with its reason', async () => {
    const sku = await shelf(10);
    const id = await plan({ sku, quantity: 6 });
    await ship(id);
    const closed = await receive(id, { lines: [{ number: 1, received: 5 }], shortReason: 'fell off the lorry' });
    expect(closed).toMatchObject({
      ...{
        status: 'received_short',
        shortReason: 'fell off the lorry',
        lines: [{ units: [{ received: 5, short: 1 }] }],
      },
    });
    expect(await levelsOf(sku)).toEqual([at('loc-1', 4, 0), at('loc-2', 5, 0)]);
    await expect(receive(id, { lines: [{ number: 1, received: 1 }] })).rejects.toMatchObject({
      code: 'illegal_transition',
    });
  });

  test('of which nothing comes can be closed', async () => {
    const sku = await shelf(3);
    const id = await plan({ sku, quantity: 3 });
    await ship(id);
    expect(await receive(id, { shortReason: 'stolen' })).toMatchObject({ status: 'received_short' });
    expect(await levelsOf(sku)).toEqual([at('loc-1', 0, 0), at('loc-2', 0, 0)]);
  });

  test('never takes what is reserved for orders', async () => {
    const sku = await shelf(10);
    await room.reserve(await room.order(free({ sku, quantity: 6 })));
    const id = await plan({ sku, quantity: 5 });
    await expect(ship(id)).rejects.toMatchObject({
      code: 'stock_conflict',
      message: `5 units on hand would be less than the 6 reserved for orders (${sku} at loc-1)`,
    });
    expect(await levelsOf(sku)).toEqual([at('loc-1', 10, 0)]);
    expect(await ship(await plan({ sku, quantity: 4 }))).toMatchObject({ status: 'shipped' });
  });

  test('takes lots first expired first, or the one it names, and they arrive as the same lots', async () => {
    const sku = await shelf(0, { LATE: [4, '2027-12-31'], SOON: [3, '2027-01-31'] });
    const id = await plan({ sku, quantity: 1, lot: 'LATE' }, { sku, quantity: 5 });
    const shipped = await ship(id);
    expect(shipped.lines.map(({ units }) => units.map(({ lot, shipped: count }) => [lot, count]))).toEqual([
      [['LATE', 1]],
      [
        ['SOON', 3],
        ['LATE', 2],
      ],
    ]);
    await expect(receive(id, { lines: [{ number: 2, received: 1 }] })).rejects.toMatchObject({
      message: 'line 2 has several lots under way: say which `lot` has come',
    });
    await receive(id, {
      lines: [
        { number: 1, received: 1 },
        { number: 2, lot: 'SOON', received: 3 },
        { number: 2, lot: 'LATE', received: 2 },
      ],
    });
    expect(await lotsOf(sku)).toEqual([
      { location: 'loc-1', lot: 'LATE', on_hand: 1, expires_on: '2027-12-31' },
      { location: 'loc-1', lot: 'SOON', on_hand: 0, expires_on: '2027-01-31' },
      { location: 'loc-2', lot: 'LATE', on_hand: 3, expires_on: '2027-12-31' },
      { location: 'loc-2', lot: 'SOON', on_hand: 3, expires_on: '2027-01-31' },
    ]);
    expect(await room.findDrift()).toEqual([]);
  });

  test('of more than a lot has is refused', async () => {
    const sku = await shelf(0, { A: [2, '2027-01-31'], B: [9, '2027-01-31'] });
    await expect(ship(await plan({ sku, quantity: 3, lot: 'A' }))).rejects.toMatchObject({
      message: `line 1 needs 3 units of ${sku}, and lot A has 2 that may leave`,
    });
    await expect(ship(await plan({ sku, quantity: 12 }))).rejects.toMatchObject({
      message: `line 1 needs 12 units of ${sku}, and its lots have 11 that may leave`,
    });
  });

  test('is cancelled before it is shipped, and not after', async () => {
    const sku = await shelf(3);
    const cancel = (id: string) => inTransaction(room.database, (transaction) => cancelTransfer(transaction, id));
    const id = await plan({ sku, quantity: 1 });
    expect(await cancel(id)).toMatchObject({ status: 'cancelled' });
    await expect(ship(id)).rejects.toMatchObject({
      code: 'illegal_transition',
      message: `the transfer ${id} is cancelled and can't be shipped`,
    });
    const other = await plan({ sku, quantity: 1 });
    await ship(other);
    await expect(cancel(other)).rejects.toMatchObject({ code: 'illegal_transition' });
    await expect(ship(newId('trf'))).rejects.toMatchObject({ code: 'not_found' });
  });

  test('is shipped once and received once, however many do it at the same time', async () => {
    const sku = await shelf(10);
    const id = await plan({ sku, quantity: 4 });
    const shipped = await Promise.allSettled(Array.from({ length: 8 }, () => ship(id)));
    expect(outcomesOf(shipped)).toEqual(['done', ...Array.from({ length: 7 }, () => 'illegal_transition')]);
    const received = await Promise.allSettled(
      Array.from({ length: 8 }, () => receive(id, { lines: [{ number: 1, received: 3 }] })),
    );
    expect(outcomesOf(received)).toEqual(['done', ...Array.from({ length: 7 }, () => 'stock_conflict')]);
    expect(await levelsOf(sku)).toEqual([at('loc-1', 6, 0), at('loc-2', 3, 1)]);
  });

  test('one there and another back at the same time never wait for each other for good', async () => {
    const [a, b] = [await shelf(40), await shelf(40)];
    for (const sku of [a, b])
      await adjustStock(room.database, { sku, location: 'loc-2', delta: 40, reason: 'found', actor: 'test' });
    const both = async (from: string, to: string, skus: string[]) => {
      const id = newId('trf');
      const lines = skus.map((sku) => ({ sku, quantity: 1 }));
      await inTransaction(room.database, (transaction) =>
        createTransfer(transaction, { id, from, to, lines, note: null, expectedAt: null, actor: 'test' }),
      );
      await ship(id);
      await receive(id, { lines: lines.map((_line, index) => ({ number: index + 1, received: 1 })) });
    };
    await Promise.all(
      Array.from({ length: 20 }, (_, turn) =>
        turn % 2 === 0 ? both('loc-1', 'loc-2', [a, b]) : both('loc-2', 'loc-1', [b, a]),
      ),
    );
    for (const sku of [a, b]) expect(await levelsOf(sku)).toEqual([at('loc-1', 40, 0), at('loc-2', 40, 0)]);
    expect(await room.findDrift()).toEqual([]);
  });
});
