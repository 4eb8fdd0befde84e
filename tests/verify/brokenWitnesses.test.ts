import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bundleWorkflowCode, DefaultLogger, NativeConnection, Worker } from '@temporalio/worker';
import { createSandboxGateway } from '../../providers/payments/sandboxGateway';
import type { Breach } from '../../verify/invariant';
import { createOrderWorld, type OrderWorld } from '../support/orderWorld';
import { faultsOf, makeMixedOrders, verifyWorld, type MixedOrders } from './mixedOrders';
import { serveLedger } from './serveLedger';

let world: OrderWorld;
let orders: MixedOrders;
let logs: string;
beforeAll(async () => {
  world = await createOrderWorld();
  orders = await makeMixedOrders(world);
  logs = mkdtempSync(join(tmpdir(), 'oms-verify-logs-'));
}, 120_000);
afterAll(async () => {
  await world?.close();
  rmSync(logs, { recursive: true, force: true });
});

const breachesOf = async (only: string, options: Parameters<typeof verifyWorld>[1] = {}): Promise<Breach[]> => {
  const report = await verifyWorld(world, { only: [only], ...options });
  expect(report.exitCode).toBe(1);
  return report.results[0]?.breaches ?? [];
};

describe('what a client was told', () => {
  test('and nobody has on record is found by its id', async () => {
    const acknowledged = [...Object.values(orders), 'ord_lost'];
    expect(await breachesOf('acknowledged', { acknowledged })).toEqual([
      { id: 'ord_lost', what: 'acknowledged, and not on record' },
    ]);
  });
});

describe('what happened at a provider', () => {
  test('twice under one key is found', async () => {
    const [entry] = await world.ledger(orders.completed);
    const ledger = await serveLedger(world.sandbox.url, (entries) => [...entries, ...entries.slice(0, 1)]);
    try {
      const found = await breachesOf('effects-once', { sandboxUrl: ledger.url });
      expect(found).toContainEqual(expect.objectContaining({ id: entry?.key, orderId: orders.completed }));
    } finally {
      await ledger.close();
    }
  });

  test('without a step of any order is found, and found to be the second time', async () => {
    const gateway = createSandboxGateway({ url: world.sandbox.url, key: world.env['PAYMENT_GATEWAY_KEY'] ?? '' });
    const request = { key: 'rogue', orderId: orders.booked, amount: 4497, currency: 'EUR', token: 'tok_ok' };
    await gateway.authorise(request);
    expect(await breachesOf('effects')).toEqual([
      { id: 'rogue', orderId: orders.booked, what: expect.stringContaining('no step of an order asked for') },
    ]);
    expect(await breachesOf('effects-once')).toEqual([
      { id: orders.booked, orderId: orders.booked, what: 'authorise 2 times, for 1 steps of the order' },
    ]);
  });
});

describe('what stands in a history', () => {
  test.each([
    ['the email address', 'ada@example.com'],
    ['the name', 'for Ada Lovelace'],
    ['the phone number', 'call +4930123456'],
    ['the address', 'move to Unter den Linden 1'],
    ['a card number', 'paid by 4111 1111 1111 1111'],
    ['an API key', `oms_ops_${'0123456789abcdef'.repeat(2)}`],
    ['a configured secret', 'the secret of the gateway'],
    ['a payment token', 'tok_slow'],
  ])('%s is found', async (kind, text) => {
    await world.handle(orders.held).signal('holdOrder', { reason: text, requestId: kind });
    const found = await breachesOf('histories', { secrets: ['secret of the gateway'] });
    expect(found).toEqual([{ id: orders.held, orderId: orders.held, what: expect.stringContaining(kind) }]);
  });
});

describe('what stands in a log', () => {
  const line = (fields: object): string => JSON.stringify({ level: 30, name: 'api', ...fields });
  test.each([
    ['a card number', { msg: 'paid by 4111111111111111' }],
    ['an API key', { authorization: `Bearer oms_channel_${'0123456789abcdef'.repeat(2)}` }],
    ['a configured secret', { msg: 'signed with the-secret-of-the-carrier' }],
    ['the email address of a customer', { msg: 'mail to ADA@example.com bounced' }],
    ['the phone number of a customer', { msg: 'called +4930123456' }],
    ['the name of a customer', { msg: 'Ada Lovelace has moved' }],
    ['the address of a customer', { msg: 'to: Unter den Linden 1, Berlin' }],
  ])('%s is found by its line', async (kind, fields) => {
    const quiet = line({ msg: 'request', orderId: orders.completed });
    writeFileSync(join(logs, 'api.log'), [quiet, line(fields), quiet, ''].join('\n'));
    const found = await breachesOf('logs', { logs, secrets: ['the-secret-of-the-carrier'] });
    expect(found).toEqual([expect.objectContaining({ id: 'api.log:2', what: expect.stringContaining(kind) })]);
  });

  test('of an order that is not among the sample is found where its line names the order', async () => {
    writeFileSync(join(logs, 'api.log'), line({ orderId: orders.booked, msg: 'for Ada Lovelace' }));
    const found = await breachesOf('logs', { logs, histories: 0 });
    expect(found).toEqual([{ id: 'api.log:1', orderId: orders.booked, what: 'the name of a customer' }]);
  });
});

describe('a workflow', () => {
  test('that somebody terminated is found', async () => {
    await world.handle(orders.booked).terminate();
    await untilIndexed(`WorkflowId = '${orders.booked}' AND ExecutionStatus = 'Terminated'`);
    expect(await breachesOf('failures')).toEqual([
      { id: orders.booked, orderId: orders.booked, what: 'its workflow terminated while the order is open' },
    ]);
  });

  test('that failed is found', async () => {
    await world.handle(orders.held).terminate();
    const { client } = world.temporal;
    const start = { workflowId: orders.held, taskQueue: world.taskQueue, args: [] };
    const handle = await client.workflow.start('processOrder', start);
    await expect(handle.result()).rejects.toThrow();
    await untilIndexed(`WorkflowId = '${orders.held}' AND ExecutionStatus = 'Failed'`);
    expect(await breachesOf('failures')).toContainEqual({
      ...{ id: orders.held, orderId: orders.held },
      what: 'its workflow failed while the order is open',
    });
  });

  test('whose tasks fail again and again is found', async () => {
    const lone = await createOrderWorld({ worker: false });
    await lone.stock('SHIRT', 10);
    const orderId = await lone.place();
    const connection = await NativeConnection.connect({ address: lone.env['TEMPORAL_ADDRESS'] ?? '' });
    const broken = await Worker.create({
      ...{ connection, taskQueue: lone.taskQueue },
      workflowBundle: await bundleWorkflowCode({
        workflowsPath: require.resolve('./brokenWorkflows'),
        logger: new DefaultLogger('WARN'),
      }),
    });
    const untilBroken = async (only: string) => {
      for (;;) {
        const report = await verifyWorld(lone, { only: [only] });
        if (report.exitCode === 1) return report.results[0]?.breaches;
        await new Promise((done) => setTimeout(done, 200));
      }
    };
    try {
      await broken.runUntil(async () => {
        expect(await untilBroken('failures')).toEqual([{ id: orderId, what: expect.stringContaining('is stuck') }]);
        expect(await untilBroken('projection')).toEqual([
          { id: orderId, orderId, what: expect.stringContaining('its task fails') },
        ]);
      });
    } finally {
      await connection.close();
      await lone.close();
    }
  });
});

describe('a witness that does not answer', () => {
  let lone: OrderWorld;
  let worker: { stop(): Promise<void> };
  beforeAll(async () => {
    lone = await createOrderWorld({ worker: false });
    await lone.stock('SHIRT', 10);
    worker = await lone.startWorker();
    await lone.untilTold(await lone.place(), 'shipment.booked');
  });
  afterAll(() => lone?.close());

  test('makes its invariants unreadable, ends with 2, and keeps no other from being checked', async () => {
    const report = await verifyWorld(lone, { sandboxUrl: 'http://127.0.0.1:9' });
    expect(Object.keys(faultsOf(report))).toEqual(['effects', 'effects-once']);
    expect(report.exitCode).toBe(2);
    expect(report.results.filter(({ state }) => state === 'holds').length).toBeGreaterThan(10);
  });

  test('such as the workers, when all of them are gone, is told', async () => {
    await worker.stop();
    const report = await verifyWorld(lone, { only: ['projection', 'timelines'] });
    expect(faultsOf(report)).toEqual({ projection: expect.stringContaining('no worker answers') });
    expect(report.exitCode).toBe(2);
  });

  test('counts for less than a breach that was found', async () => {
    const only = ['acknowledged', 'effects'];
    const report = await verifyWorld(lone, { only, sandboxUrl: 'http://127.0.0.1:9', acknowledged: ['ord_lost'] });
    expect(Object.keys(faultsOf(report))).toEqual(only);
    expect(report.exitCode).toBe(1);
  });
});

/** The index of the server lags a little. */
async function untilIndexed(query: string): Promise<void> {
  while ((await world.temporal.client.workflow.count(query)).count === 0)
    await new Promise((done) => setTimeout(done, 50));
}
