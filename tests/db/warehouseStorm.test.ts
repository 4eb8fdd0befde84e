import { adjustStock } from '../../db/inventory/adjustStock';
import { createCount } from '../../db/inventory/counts/createCount';
import { approveCount, submitCount } from '../../db/inventory/counts/decideCount';
import { recordCounted } from '../../db/inventory/counts/recordCounted';
import { rebuildStock } from '../../db/inventory/rebuildStock';
import { createTransfer } from '../../db/inventory/transfers/createTransfer';
import { receiveTransferUnits, shipTransfer } from '../../db/inventory/transfers/moveTransfer';
import type { Transaction } from '../../db/prepared';
import { inTransaction } from '../../db/transaction';
import { findExpectedDrift } from '../../db/verify/findExpectedDrift';
import { findLotDrift } from '../../db/verify/findLotDrift';
import { findStockDips } from '../../db/verify/findStockDips';
import { findStockDrift } from '../../db/verify/findStockDrift';
import { Refusal } from '../../domain/failures';
import { newId } from '../../runtime/newId';
import { free, openBackroom, type Backroom } from './backroom';
import { createRandom, type Random } from './random';

const TRACKED: [string, ...string[]] = ['JAM', 'OIL', 'TEA'];
const PLAIN: [string, ...string[]] = ['CUP', 'MUG', 'PAN'];
const ALL: [string, ...string[]] = [...TRACKED, ...PLAIN];
const PLACES: [string, ...string[]] = ['loc-1', 'loc-2', 'loc-3'];
const LOTS: [string, ...string[]] = ['L1', 'L2', 'L3', 'L4'];
const JOBS = 160;

let room: Backroom;
beforeEach(async () => {
  room = await openBackroom({ poolSize: 20 });
  for (const location of PLACES) {
    for (const sku of PLAIN) await room.stock(sku, 30, { location });
    for (const sku of TRACKED) await room.stock(sku, 0, { location });
  }
  await room.rows(`UPDATE items SET tracking = 'lot' WHERE sku IN ('JAM', 'OIL', 'TEA')`);
  for (const location of PLACES)
    for (const sku of TRACKED)
      for (const [index, lot] of LOTS.slice(0, 3).entries())
        await adjustStock(room.database, {
          ...{ sku, location, lot, delta: 10, expiresOn: `2027-0${index + 1}-01`, reason: 'received', actor: 'test' },
        });
});
afterEach(() => room.close());

const inOne = <T>(work: (transaction: Transaction) => Promise<T>): Promise<T> => inTransaction(room.database, work);
const lotOf = (sku: string, random: Random) => (TRACKED.includes(sku) ? { lot: random.pick(LOTS) } : {});
const anySku = (random: Random) => random.pick(ALL);

/** An order that is served and leaves. */
async function sell(random: Random): Promise<void> {
  const lines = random.shuffle(ALL).slice(0, random.between(1, 3));
  const orderId = await room.order(free(...lines.map((sku) => ({ sku, quantity: random.between(1, 3) }))));
  const { snapshot } = await room.reserve(orderId);
  if (snapshot.status === 'rejected') return;
  if (random.next() < 0.25) await room.cancel(orderId);
  else if (await room.begin(orderId)) await room.dispatch(orderId);
}

async function adjust(random: Random): Promise<void> {
  const sku = anySku(random);
  const bucket = random.pick(['onHand', 'damaged', 'qualityHold', 'safetyStock'] as const);
  const lot = bucket === 'safetyStock' ? {} : lotOf(sku, random);
  const change = random.next() < 0.5 ? { delta: random.between(-4, 6) } : { setTo: random.between(0, 12) };
  await adjustStock(room.database, {
    ...{ sku, location: random.pick(PLACES), bucket, reason: 'counted', actor: 'test' },
    ...lot,
    ...change,
  });
}

async function transfer(random: Random): Promise<void> {
  const [from = '', to = ''] = random.shuffle(PLACES);
  const skus = random.shuffle(ALL).slice(0, 3);
  const lines = skus.map((sku) => ({ sku, quantity: random.between(1, 8) }));
  const id = newId('trf');
  await inOne((transaction) =>
    createTransfer(transaction, { id, from, to, lines, note: null, expectedAt: null, actor: 'test' }),
  );
  const shipped = await inOne((transaction) => shipTransfer(transaction, id, 'test'));
  const come = shipped.lines.flatMap(({ number, units }) =>
    units.map(({ lot, shipped: sent }) => ({
      ...{ number, received: random.between(0, sent) },
      ...(lot === null ? {} : { lot }),
    })),
  );
  const shortReason = random.next() < 0.5 ? 'lost' : null;
  if (shortReason === null && come.every(({ received }) => received === 0)) return;
  await inOne((transaction) => receiveTransferUnits(transaction, id, { lines: come, shortReason }, 'test'));
}

async function count(random: Random): Promise<void> {
  const skus = random.shuffle(ALL).slice(0, 2);
  const location = random.pick(PLACES);
  const id = newId('cnt');
  const tolerance = { units: random.between(0, 3), value: null };
  await inOne((transaction) => createCount(transaction, { id, location, skus, tolerance, note: null, actor: 'test' }));
  const lines = skus.flatMap((sku) =>
    TRACKED.includes(sku)
      ? LOTS.map((lot) => ({ sku, lot, counted: random.between(5, 12) }))
      : [{ sku, counted: random.between(20, 35) }],
  );
  await inOne((transaction) => recordCounted(transaction, id, lines, { actor: 'test', keyId: 'clerk' }));
  const { status } = await inOne((transaction) => submitCount(transaction, id, 'test'));
  if (status === 'posted') return;
  await inOne((transaction) => approveCount(transaction, id, { actor: 'test', keyId: 'manager', note: null }));
}

describe('a warehouse in which all that happens at once', () => {
  test.each([[3], [4]])(
    'adds up after each single movement, lot by lot, and nobody is in a deadlock (seed %p)',
    async (seed) => {
      const random = createRandom(seed);
      const kinds = [sell, adjust, transfer, count];
      const refused: string[] = [];
      const done = { sell: 0, adjust: 0, transfer: 0, count: 0 };
      const jobs = Array.from({ length: JOBS }, (_, index) => {
        const own = createRandom(random.between(0, 2 ** 31));
        const job = kinds[index % kinds.length] ?? sell;
        return async () => {
          try {
            await job(own);
            done[job.name as keyof typeof done] += 1;
          } catch (error) {
            if (!(error instanceof Refusal) || error.code !== 'stock_conflict') throw error;
            refused.push(error.message);
          }
        };
      });
      const look = async () => {
        // What is rebuilt while all else goes on is nothing: at no moment does a committed level differ from its ledger.
        for (let turn = 0; turn < 5; turn += 1)
          expect(await rebuildStock(room.database, { apply: true, actor: 'test' })).toEqual([]);
      };
      const results = await Promise.allSettled([...random.shuffle(jobs).map((job) => job()), look()]);
      expect(results.filter(({ status }) => status === 'rejected')).toEqual([]);

      expect((await findStockDrift(room.database)).found).toEqual([]);
      expect((await findExpectedDrift(room.database)).found).toEqual([]);
      expect((await findLotDrift(room.database)).found).toEqual([]);
      expect((await findStockDips(room.database)).found).toEqual([]);
      expect(await room.findDrift()).toEqual([]);
      // The storm was one: much of each kind has happened, and some was refused.
      for (const times of Object.values(done)) expect(times).toBeGreaterThan(5);
      expect(refused.length).toBeGreaterThan(0);
      expect((await room.rows('SELECT FROM stock_movements WHERE reason = ?', ['shipped'])).length).toBeGreaterThan(5);
    },
  );
});
