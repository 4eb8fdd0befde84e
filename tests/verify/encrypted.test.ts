import { randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createOrderWorld, type OrderWorld } from '../support/orderWorld';
import { startRealWorker } from '../support/realWorker';
import { runVerify } from '../support/runVerify';
import type { RunningWorker } from '../../worker/startWorker';

const SECRET = randomBytes(32).toString('base64');
const EMAIL = 'ada@example.com';

let world: OrderWorld;
let worker: RunningWorker;
let folder: string;
let open: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'oms-verify-sealed-'));
  world = await createOrderWorld({ worker: false, settings: () => ({ PAYLOAD_KEYS: `one:${SECRET}` }) });
  worker = await startRealWorker(world);
  await world.stock('SHIRT', 100);
  const completed = await world.place();
  open = await world.place();
  for (const orderId of [completed, open]) await world.untilTold(orderId, 'shipment.booked');
  await world.report(completed, 'picked_up', 'delivered');
  await world.result(completed);
}, 60_000);
afterAll(async () => {
  await worker?.stop();
  await world?.close();
  rmSync(folder, { recursive: true, force: true });
});

interface Document {
  exitCode: number;
  invariants: { name: string; state: string; checked: number; reason: string | null; breaches: unknown[] }[];
}
const READ_IN_TEMPORAL = 'workflows,projection,failures,histories';
async function verify(env: Record<string, string>, ...more: string[]) {
  const args = ['--json', '--only', READ_IN_TEMPORAL, ...more];
  const { exitCode, output } = await runVerify(args, { ...world.env, ...env });
  const { invariants } = JSON.parse(output) as Document;
  return { exitCode, of: Object.fromEntries(invariants.map((invariant) => [invariant.name, invariant])) };
}

describe('npm run verify, where histories are encrypted', () => {
  test('reads them with the keys, and finds that all holds', async () => {
    const { exitCode, of } = await verify({});
    expect(exitCode).toBe(0);
    expect(Object.values(of).map(({ state, checked }) => [state, checked > 0])).toEqual(Array(4).fill(['holds', true]));
  });

  test('takes nothing for sound that it could not read, and names the key it lacks', async () => {
    for (const keys of ['', `other:${randomBytes(32).toString('base64')}`]) {
      const { exitCode, of } = await verify({ PAYLOAD_KEYS: keys });
      expect(exitCode).toBe(2);
      expect(of['histories']).toMatchObject({ state: 'unreadable', reason: expect.stringContaining('key "one"') });
      expect(of['projection']).toMatchObject({ state: 'unreadable', reason: expect.stringContaining('key "one"') });
    }
  });

  test('finds what must not be in a history behind the encryption', async () => {
    const reason = `call ${EMAIL} first`;
    await world.handle(open).executeUpdate('holdOrder', { args: [{ reason, requestId: 'h' }] });
    const { exitCode, of } = await verify({});
    expect(exitCode).toBe(1);
    expect(of['histories']?.breaches).toEqual([
      { id: open, orderId: open, what: expect.stringContaining('the email address in its history') },
    ]);
  });

  test('knows each of the keys as a secret of which no log may tell', async () => {
    const logs = join(folder, 'logs');
    mkdirSync(logs);
    writeFileSync(join(logs, 'api.log'), `{"msg":"the key is ${SECRET}"}\n`);
    const keys = `two:${randomBytes(32).toString('base64')},one:${SECRET}`;
    const args = ['--json', '--only', 'logs', '--logs', logs];
    const { exitCode, output } = await runVerify(args, { ...world.env, PAYLOAD_KEYS: keys });
    expect(exitCode).toBe(1);
    expect(output).toContain('a configured secret');
  });
});
