import { connectDatabase, type Database } from '../../db/connection';
import { readLevel, setShelf } from '../../db/bench/benchOrders';
import { reserveNaively } from '../../db/bench/naiveReservation';
import { createReservation } from '../../db/inventory/reservations';
import { Refusal } from '../../domain/failures';
import { newId } from '../../runtime/newId';
import { startBenchStack } from '../benchStack';
import { brief, table, type Measurement } from '../measurement';

const SKU = 'POSTER-LTD';
const LOCATION = 'berlin';
const UNITS = 100;
const BUYERS = 1_000;
/** Connections, as four workers or apis have. */
const POOL = 40;

export const carts: Measurement = {
  name: 'carts',
  title: 'A thousand carts for a hundred units',
  about:
    'All reserve one unit of the same item at once, straight at the database. Ours reads what there is without a lock, plans where ' +
    'it comes from, and takes it by one conditional statement with its ledger, reservation and expiry. The naive way locks the ' +
    'row first (`SELECT … FOR UPDATE`), decides in the program and writes level and ledger; it plans nothing, and has no expiry. ' +
    'Once the item has run out ours refuses without a lock, while the naive way has each buyer wait for the row.',

  async run() {
    const stack = await startBenchStack({});
    const database = connectDatabase({ url: stack.run.databaseUrl, poolSize: POOL, name: 'bench' });
    try {
      const ours = await measure(database, async (buyer) => {
        try {
          await createReservation(database, {
            ...{
              id: newId('rsv'),
              channel: 'web',
              owner: `bench-${buyer}`,
              country: 'DE',
              minutes: 15,
              actor: 'bench',
            },
            lines: [{ sku: SKU, quantity: 1 }],
          });
          return true;
        } catch (error) {
          if (error instanceof Refusal) return false;
          throw error;
        }
      });
      await database.raw(`UPDATE stock_levels SET reserved = 0 WHERE sku = ?`, [SKU]);
      const naive = await measure(database, (buyer) =>
        reserveNaively(database, { sku: SKU, location: LOCATION, document: `naive-${buyer}` }),
      );
      const text = table([
        ['', 'ours', '`SELECT … FOR UPDATE`'],
        ['got their unit', ours.got, naive.got],
        ['all answered within, s', brief(ours.ms / 1000), brief(naive.ms / 1000)],
        ['answers a second', brief((BUYERS / ours.ms) * 1000), brief((BUYERS / naive.ms) * 1000)],
      ]);
      return { text, figures: { ours, naive } };
    } finally {
      await database.destroy();
      await stack.stop();
    }
  },
};

async function measure(database: Database, buy: (buyer: number) => Promise<boolean>) {
  await setShelf(database, SKU, UNITS);
  const begin = performance.now();
  const outcomes = await Promise.all(Array.from({ length: BUYERS }, (_, buyer) => buy(buyer)));
  const ms = performance.now() - begin;
  const got = outcomes.filter(Boolean).length;
  const level = await readLevel(database, SKU);
  if (got !== UNITS) throw new Error(`${got} of ${UNITS} units were given: ${JSON.stringify(level)}`);
  return { got, ms, level };
}
