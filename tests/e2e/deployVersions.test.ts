import { execFile } from 'node:child_process';
import { rmSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { markDelivered } from '../../db/shipments/carrierInbox';
import { shipmentId } from '../../domain/ids';
import { findTemporalCli } from '../../runtime/dev/findTemporalCli';
import { createOrderWorld, type OrderWorld } from '../support/orderWorld';
import { startProcess, type OurProcess } from '../support/ourProcess';
import { bundleNextRelease, PATCH } from './nextRelease';

const ROOT = resolve(__dirname, '../..');
/** F15 of the matrix of faults wants 500. */
const ORDERS = Number(process.env['F15_ORDERS'] ?? 100);
const OLD = 'n';
const NEW = 'n-plus-1';

jest.setTimeout(120_000 + ORDERS * 2_000);

let world: OrderWorld;
let deployment: string;
let bundle = '';
let cli: string;
const processes: OurProcess[] = [];

beforeAll(async () => {
  world = await createOrderWorld({ worker: false });
  await world.stock('SHIRT', 100_000);
  deployment = `${world.taskQueue.slice(-8)}-orders`;
  bundle = await bundleNextRelease();
  cli = await findTemporalCli({
    cliPath: process.env['TEMPORAL_CLI_PATH'],
    binFolders: [join(ROOT, '.oms', 'bin')],
    root: ROOT,
    say: () => undefined,
  });
});
afterAll(async () => {
  await Promise.all(processes.map((process) => process.remove()));
  await world.close();
  if (bundle !== '') rmSync(dirname(bundle), { recursive: true, force: true });
});

/** As docs/operations.md says it. */
const temporal = async (line: string): Promise<string> => {
  const args = [...line.split(' '), '--address', world.env['TEMPORAL_ADDRESS'] ?? ''];
  const { stdout } = await promisify(execFile)(cli, args);
  return stdout;
};
const setCurrent = (build: string) =>
  temporal(`worker deployment set-current-version --deployment-name ${deployment} --build-id ${build} --yes`);
const setRamp = (rest: string) =>
  temporal(`worker deployment set-ramping-version --deployment-name ${deployment} --build-id ${NEW} --yes ${rest}`);

const startWorker = async (env: Record<string, string>): Promise<OurProcess> => {
  const worker = startProcess('worker/main.ts', { ...world.env, LOG_LEVEL: 'warn', ...env });
  processes.push(worker);
  await worker.ready();
  return worker;
};
const startBuild = (build: string, env: Record<string, string> = {}) =>
  startWorker({ WORKER_DEPLOYMENT_NAME: deployment, WORKER_BUILD_ID: build, ...env });
const stop = async (worker: OurProcess) => {
  worker.signal('SIGTERM');
  await worker.ended;
};

/** The loop of the workers has nothing to tell again then, least of all to an order that is just closing. */
const report = async (orderId: string, ...statuses: ('picked_up' | 'delivered')[]) => {
  await world.report(orderId, ...statuses);
  const ids = statuses.map((status) => `${shipmentId(orderId, 1)}:${status}`);
  await markDelivered(world.database, 'sandbox', ids);
};
const place = (count: number, token = 'tok_ok') =>
  Promise.all(Array.from({ length: count }, () => world.place({ token })));
const all = async (orders: string[], act: (orderId: string) => Promise<unknown>) => {
  // A few at a time: what is measured is no load.
  for (let first = 0; first < orders.length; first += 10) await Promise.all(orders.slice(first, first + 10).map(act));
};
const pay = async (orderId: string) => {
  const tokenId = `${orderId}-2`;
  await world.database.raw(`INSERT INTO payment_tokens (id, order_id, method, token) VALUES (?, ?, 'card', 'tok_ok')`, [
    tokenId,
    orderId,
  ]);
  await world.handle(orderId).executeUpdate('payOrder', { args: [{ tokenId, requestId: tokenId }] });
};

interface History {
  /** Of workflow tasks: by which build, and why. */
  failures: string[];
  builds: string[];
}
async function readHistory(orderId: string): Promise<History> {
  const { events } = await world.handle(orderId).fetchHistory();
  const completed = (events ?? []).flatMap((event) => event.workflowTaskCompletedEventAttributes ?? []);
  return {
    failures: (events ?? [])
      .flatMap((event) => event.workflowTaskFailedEventAttributes ?? [])
      .map(({ cause, failure, identity }) => `${orderId}: ${cause} ${failure?.message} by ${identity}`),
    builds: completed.map(({ deploymentVersion }) => deploymentVersion?.buildId ?? 'none'),
  };
}
const lastBuilds = async (orders: string[]): Promise<Record<string, number>> => {
  const counts: Record<string, number> = {};
  await all(orders, async (orderId) => {
    const build = (await readHistory(orderId)).builds.at(-1) ?? 'none';
    counts[build] = (counts[build] ?? 0) + 1;
  });
  return counts;
};

test(`${ORDERS} open orders go through a deployment and back without a failed task`, async () => {
  // They began before anything had a version.
  const unversioned = await startWorker({});
  const early = await place(10);
  await all(early, (orderId) => world.untilTold(orderId, 'shipment.booked'));

  // A version gets nothing until it is current; then open orders go on with it.
  const old = await startBuild(OLD);
  await setCurrent(OLD);
  await stop(unversioned);
  const third = Math.floor((ORDERS - early.length) / 3);
  const booked = [...early, ...(await place(ORDERS - early.length - 2 * third))];
  const unpaid = await place(2 * third, 'tok_declined');
  await all(booked, (orderId) => world.untilTold(orderId, 'shipment.booked'));
  await all(unpaid, (orderId) => world.until(orderId, 'awaiting_payment'));
  expect(await lastBuilds([...booked.slice(early.length), ...unpaid])).toEqual({ [OLD]: ORDERS - early.length });

  // N+1 beside it, with a patch that nobody takes yet: nothing, then some of the orders, then none again.
  const next = await startBuild(NEW, { WORKFLOW_BUNDLE: bundle, WORKER_HELD_PATCHES: PATCH });
  await setRamp('--percentage 40');
  const [paidInRamp, rest] = [unpaid.slice(0, third), unpaid.slice(third)];
  await all(paidInRamp, pay);
  await all(paidInRamp, (orderId) => world.untilTold(orderId, 'shipment.booked'));
  const ramped = await lastBuilds(paidInRamp);
  expect(ramped[NEW]).toBeGreaterThan(0);
  expect(ramped[OLD]).toBeGreaterThan(0);
  await setRamp('--delete');

  // All to N+1, then all back to N, and N+1 is gone.
  await setCurrent(NEW);
  const [shippedByNext, shippedByOld] = [booked.slice(0, booked.length / 2), booked.slice(booked.length / 2)];
  await all(shippedByNext, (orderId) => report(orderId, 'picked_up'));
  await all(shippedByNext, (orderId) => world.untilTold(orderId, 'payment.captured'));
  expect(await lastBuilds(shippedByNext)).toEqual({ [NEW]: shippedByNext.length });
  await setCurrent(OLD);
  await all(shippedByOld, (orderId) => report(orderId, 'picked_up'));
  await all(shippedByOld, (orderId) => world.untilTold(orderId, 'payment.captured'));
  expect(await lastBuilds(shippedByOld)).toEqual({ [OLD]: shippedByOld.length });
  await stop(next);
  await all(paidInRamp, (orderId) => report(orderId, 'picked_up', 'delivered'));
  await all(booked, (orderId) => report(orderId, 'delivered'));
  await all([...booked, ...paidInRamp], (orderId) => world.result(orderId));

  // N+1 once more, for good: now the patch may be taken.
  const last = await startBuild(NEW, { WORKFLOW_BUNDLE: bundle });
  await setCurrent(NEW);
  await stop(old);
  await all(rest, pay);
  await all(rest, (orderId) => world.untilTold(orderId, 'shipment.booked'));
  const [atLast, unversionedAgain] = [rest.slice(5), rest.slice(0, 5)];
  await all(atLast, (orderId) => report(orderId, 'picked_up', 'delivered'));
  await all(atLast, (orderId) => world.result(orderId));

  // And from versions to none.
  await startWorker({ WORKFLOW_BUNDLE: bundle });
  await temporal(`worker deployment set-current-version --deployment-name ${deployment} --unversioned --yes`);
  await stop(last);
  await all(unversionedAgain, (orderId) => report(orderId, 'picked_up', 'delivered'));
  await all(unversionedAgain, (orderId) => world.result(orderId));

  const orders = [...booked, ...paidInRamp, ...rest];
  expect(orders).toHaveLength(ORDERS);
  const failures: string[] = [];
  await all(orders, async (orderId) => {
    expect(await world.status(orderId)).toBe('completed');
    expect(await world.effects(orderId)).toEqual(['authorise', 'book_shipment', 'capture']);
    failures.push(...(await readHistory(orderId)).failures);
  });
  expect(failures).toEqual([]);
});
