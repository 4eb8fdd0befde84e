import { parseArgs } from 'node:util';
import { explainDrift } from '../../domain/inventory/stock/explainDrift';
import { loadConfig } from '../../runtime/config';
import { connectDatabase, type Database } from '../connection';
import { findLotDrift } from '../verify/findLotDrift';
import { findStockDrift } from '../verify/findStockDrift';
import { rebuildStock } from './rebuildStock';

const USAGE = `Usage: node db/inventory/main.js <command>, with DATABASE_URL (or DATABASE_URL_FILE) in the environment

  verify             tell each level and lot that is not the sum of its movements
  rebuild [--apply]  tell what they would be set to; with --apply, set them
Ends with 0 when everything adds up, with 1 when something does not.
`;

/** Stock against its ledger, by hand. */
async function main([command, ...args]: string[]): Promise<void> {
  const { apply } = parseArgs({ args, options: { apply: { type: 'boolean', default: false } } }).values;
  if (command === 'rebuild') return withDatabase((database) => rebuild(database, apply));
  if (command === 'verify' && !apply) return withDatabase(verify);
  process.stderr.write(USAGE);
  process.exitCode = 2;
}

async function verify(database: Database): Promise<void> {
  const levels = await findStockDrift(database);
  const lots = await findLotDrift(database);
  for (const { sku, location, has, moved, lastMovement } of levels.found) {
    const last =
      lastMovement === null ? 'nothing ever moved' : `last moved by ${lastMovement.id} (${lastMovement.reason})`;
    say(`${sku} at ${location}: ${explainDrift(has, moved) || 'more is promised or held back than there is'}; ${last}`);
  }
  for (const { sku, location, lot, has, should } of lots.found)
    say(
      lot === null
        ? `${sku} at ${location}: its lots have ${has.onHand} on hand, the level ${should.onHand}`
        : `${sku} at ${location}, lot ${lot}: ${explainDrift(has, should)}`,
    );
  const broken = levels.found.length + lots.found.length;
  say(`${levels.checked} levels and ${lots.checked} lots: ${broken === 0 ? 'all add up' : `${broken} do not add up`}`);
  if (broken > 0) process.exitCode = 1;
}

async function rebuild(database: Database, apply: boolean): Promise<void> {
  const rebuilt = await rebuildStock(database, { apply, actor: 'system:rebuild' });
  for (const { sku, location, what, fault } of rebuilt)
    say(`${sku} at ${location}: ${what}${fault === null ? '' : `; left as it is: ${fault}`}`);
  const left = rebuilt.filter(({ fault }) => fault !== null).length;
  const done = rebuilt.length - left;
  say(
    `${done} levels ${apply ? 'were set to' : 'would be set to'} what their movements add up to${left > 0 ? `, ${left} can not be` : ''}`,
  );
  if (left > 0 || (!apply && done > 0)) process.exitCode = 1;
}

async function withDatabase(work: (database: Database) => Promise<void>): Promise<void> {
  const { DATABASE_URL, DATABASE_URL_FILE } = process.env;
  const url = loadConfig({ DATABASE_URL, DATABASE_URL_FILE }).DATABASE_URL;
  // Adding up a long ledger takes its time.
  const database = connectDatabase({ url, poolSize: 1, name: 'oms-stock', patient: true });
  try {
    await work(database);
  } finally {
    await database.destroy();
  }
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

main(process.argv.slice(2)).catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});
