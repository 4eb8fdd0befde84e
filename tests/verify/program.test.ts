import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connectDatabase } from '../../db/connection';
import { runVerify } from '../support/runVerify';
import { openShop, type Shop } from '../support/shop';

let shop: Shop;
let folder: string;
let completed: string;
const acknowledged: string[] = [];
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'oms-verify-'));
  shop = await openShop();
  const place = async (changes: Parameters<Shop['place']>[0] = {}): Promise<string> => {
    const orderId = await shop.place(changes);
    acknowledged.push(orderId);
    return orderId;
  };
  completed = await place();
  const cancelled = await place();
  await place({ token: 'tok_declined' });
  await place({ lines: [{ sku: 'MUG-WHITE', quantity: 50_000, unitPrice: 1 }] });
  for (const orderId of [completed, cancelled]) await shop.untilTold(orderId, 'shipment.booked');
  await shop.act('cancel', cancelled, { reason: 'customer asked' });
  await shop.advance(completed);
  await shop.untilTold(completed, 'payment.captured');
  for (let step = 0; step < 2; step += 1) await shop.advance(completed);
  await shop.until(completed, 'completed');
  await shop.until(acknowledged[3] ?? '', 'rejected');
  mkdirSync(join(folder, 'logs'));
  writeFileSync(join(folder, 'logs', 'api.log'), shop.api.log.map((line) => JSON.stringify(line)).join('\n'));
  writeFileSync(join(folder, 'acknowledged'), `${acknowledged.join('\n')}\n`);
  writeFileSync(
    join(folder, 'run.json'),
    JSON.stringify({
      databaseUrl: shop.world.databaseUrl,
      temporalAddress: shop.world.env['TEMPORAL_ADDRESS'],
      sandbox: shop.world.sandbox.url,
      keys: shop.api.secrets,
    }),
  );
}, 120_000);
afterAll(async () => {
  await shop?.close();
  rmSync(folder, { recursive: true, force: true });
});

const env = (): Record<string, string> => ({ TASK_QUEUE: shop.world.taskQueue });
const atRunFile = (...args: string[]) => runVerify(['--run-file', join(folder, 'run.json'), ...args], env());
interface Document {
  exitCode: number;
  invariants: { name: string; state: string; checked: number; broken: number; breaches: { id: string }[] }[];
}

describe('npm run verify', () => {
  test('tells of each invariant how much it has looked at, and ends with 0 where all of it holds', async () => {
    const { exitCode, output } = await atRunFile('--acknowledged', join(folder, 'acknowledged'));
    expect(output).toMatch(/19 invariants in \d+ ms: all of it holds \(19 hold, 0 broken/);
    expect(exitCode).toBe(0);
    const counts = [...output.matchAll(/^ok {9}(\S+) .*: (\d+) checked, \d+ ms$/gm)].map(([, name, count]) => [
      name,
      count,
    ]);
    expect(counts).toHaveLength(19);
    // The shop has no lots, and nobody waits for stock.
    expect(counts.filter(([, count]) => count === '0').map(([name]) => name)).toEqual(['stock-lots', 'backorders']);
  });

  test('takes the addresses from the environment too, and skips what it has no witness for', async () => {
    const { exitCode, output } = await runVerify(['--json'], { ...env(), ...shop.world.env });
    const { invariants } = JSON.parse(output) as Document;
    expect(exitCode).toBe(0);
    const skipped = invariants.filter(({ state }) => state === 'skipped').map(({ name }) => name);
    expect(skipped).toEqual(['effects', 'effects-once', 'logs']);
  });

  test('ends with 1 where something is broken, with the first ids and how many more there are', async () => {
    const lost = Array.from({ length: 23 }, (_, index) => `ord_lost_${index}`);
    writeFileSync(join(folder, 'lost'), lost.join('\n'));
    const asText = await atRunFile('--only', 'acknowledged', '--acknowledged', join(folder, 'lost'));
    expect(asText.exitCode).toBe(1);
    expect(asText.output).toContain('BROKEN     acknowledged');
    expect(asText.output.match(/ord_lost_\d+/g)).toEqual(lost.slice(0, 20));
    expect(asText.output).toContain('… and 3 more');
    const asJson = await atRunFile('--only', 'acknowledged', '--acknowledged', join(folder, 'lost'), '--json');
    expect(asJson.exitCode).toBe(1);
    const [found] = (JSON.parse(asJson.output) as Document).invariants;
    expect(found).toMatchObject({ name: 'acknowledged', state: 'broken', broken: 23 });
    expect(found?.breaches.map(({ id }) => id)).toEqual(lost);
  });

  test('ends with 2 where it can read nothing', async () => {
    const away = { DATABASE_URL: 'postgres://nobody@127.0.0.1:9/oms', TEMPORAL_ADDRESS: '127.0.0.1:9' };
    const { exitCode, output } = await runVerify(['--only', 'timelines'], away);
    expect(output).toMatch(/UNREADABLE timelines .*ECONNREFUSED/);
    expect(exitCode).toBe(2);
  });

  test.each([
    [['--only', 'no-such-thing'], 'there is no invariant no-such-thing'],
    [['--histories', 'many'], '--histories has to be a number'],
    [['--unknown'], 'Unknown option'],
    [['--run-file', '/no/such/file'], 'no such file'],
  ])('ends with 2 and says why when it is called with %j', async (args, why) => {
    const { exitCode, output } = await runVerify(args, { DATABASE_URL: 'postgres://nobody@127.0.0.1:9/oms' });
    expect(output).toContain(why);
    expect(exitCode).toBe(2);
  });

  test('says what it takes', async () => {
    const { exitCode, output } = await runVerify(['--help']);
    expect(output).toContain('--acknowledged FILE');
    expect(exitCode).toBe(0);
  });

  test('can’t write: Postgres itself refuses', async () => {
    const database = connectDatabase({ url: shop.world.databaseUrl, readOnly: true });
    await expect(database.raw('UPDATE orders SET version = version')).rejects.toMatchObject({ code: '25006' });
    await database.destroy();
  });
});
