import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ActivityDependencies } from '../../activities';
import { connectDatabase, type Database } from '../../db/connection';
import { readOrderToStart } from '../../db/orders/ordersToStart';
import { recordOrder } from '../../db/orders/recordOrder';
import { receiveCarrierEvents } from '../../db/shipments/carrierInbox';
import { shipmentId } from '../../domain/ids';
import { DEFAULT_POLICY, type OrderPolicy } from '../../domain/orders/policy';
import type { OrderSnapshot } from '../../domain/orders/snapshot';
import { isClosed, type OrderStatus } from '../../domain/orders/status';
import { computeTotals } from '../../domain/orders/totals';
import { createSandboxCarrier } from '../../providers/carriers/sandboxCarrier';
import { createSandboxGateway } from '../../providers/payments/sandboxGateway';
import { loadConfig } from '../../runtime/config';
import { newId } from '../../runtime/newId';
import { orderQueues } from '../../runtime/orderQueues';
import { startOrder } from '../../runtime/startOrder';
import { connectTemporal, type TemporalConnection } from '../../runtime/temporal';
import { startSandbox, type Sandbox } from '../../sandbox/server';
import { createOrderEngine } from '../../worker/createOrderEngine';
import { carrierReported } from '../../workflows/orders/messages';
import type { processOrder } from '../../workflows/orders/processOrder';
import { createTestDatabase } from './database';
import { placeOrderBody, type OrderBodyChanges } from './placeOrderBody';
import { stockShelf } from './stockShelf';
import { temporalAddress, uniqueTaskQueue } from './temporal';
import { startTestWorker, type WorkerChanges } from './testWorker';

export interface LedgerEntry {
  sequence: number;
  provider: string;
  effect: string;
  orderId: string;
  key: string;
  amount: number | null;
}

export interface OrderWorld {
  database: Database;
  databaseUrl: string;
  temporal: TemporalConnection;
  sandbox: Sandbox;
  taskQueue: string;
  /** The environment in which a process of ours works in this world. */
  env: Record<string, string>;
  /** What the activities of a worker need here. */
  dependencies: ActivityDependencies;
  /** Puts units of a SKU on a shelf, making both when they are new. */
  stock(sku: string, onHand: number, location?: string): Promise<void>;
  /** Records an order and starts its workflow, as the API does. @returns its id. */
  place(changes?: OrderBodyChanges, policy?: Partial<OrderPolicy>, channel?: string): Promise<string>;
  handle(orderId: string): ReturnType<TemporalConnection['client']['workflow']['getHandle']>;
  /** What a carrier's callback does: the inbox, then the signal. */
  report(orderId: string, ...statuses: ('picked_up' | 'delivered')[]): Promise<void>;
  /** The same of a parcel with another number than 1. */
  reportParcel(orderId: string, number: number, ...statuses: ('picked_up' | 'delivered')[]): Promise<void>;
  /** Waits until the order is in one of the states. @throws with the order's timeline when it does not get there. */
  until(orderId: string, ...statuses: OrderStatus[]): Promise<void>;
  /** Waits until an event of this type stands on the order's timeline. */
  untilTold(orderId: string, type: string): Promise<void>;
  /** Waits until the order's workflow knows of an open hold: a new run reads it only after it is on record. */
  untilHeld(orderId: string): Promise<void>;
  status(orderId: string): Promise<OrderStatus>;
  snapshot(orderId: string): Promise<OrderSnapshot>;
  /** The end of the order's workflow. */
  result(orderId: string): Promise<OrderSnapshot>;
  timeline(orderId: string): Promise<{ type: string; actor: string; status: string; data: Record<string, unknown> }[]>;
  /** What really happened at the providers, in their own books. */
  effects(orderId: string): Promise<string[]>;
  ledger(orderId: string): Promise<LedgerEntry[]>;
  control(path: string, body: object): Promise<void>;
  startWorker(changes?: WorkerChanges): Promise<{ stop(): Promise<void> }>;
  close(): Promise<void>;
}

const SECRETS = { gateway: 'test-gateway-secret', carrier: 'test-carrier-secret', webhook: 'test-webhook-secret' };
const WAIT_MS = 30_000;

interface Options {
  worker?: boolean;
  webhookSecret?: string;
  /** Settings of this world's own, with the task queue that it was given. */
  settings?: (taskQueue: string) => Record<string, string>;
}

/** A database, a sandbox and a task queue of its own for one test file, all real. The carrier stands still until told. */
export async function createOrderWorld(options: Options = {}): Promise<OrderWorld> {
  const { worker = true, webhookSecret = SECRETS.webhook, settings = () => ({}) } = options;
  const testDatabase = await createTestDatabase();
  const database = connectDatabase({ url: testDatabase.url, poolSize: 10, name: 'test' });
  const home = mkdtempSync(join(tmpdir(), 'oms-world-'));
  const sandbox = await startSandbox({
    home,
    callbackUrl: 'http://127.0.0.1:9/nowhere',
    carrierWebhookSecret: webhookSecret,
    paymentGatewayKey: SECRETS.gateway,
    carrierKey: SECRETS.carrier,
    paused: true,
    lostAfterMs: 20,
  });
  const gateway = createSandboxGateway({ url: sandbox.url, key: SECRETS.gateway });
  const carrier = createSandboxCarrier({ url: sandbox.url, key: SECRETS.carrier, webhookSecret });
  const taskQueue = uniqueTaskQueue();
  const env = {
    DATABASE_URL: testDatabase.url,
    TEMPORAL_ADDRESS: temporalAddress(),
    TASK_QUEUE: taskQueue,
    PAYMENT_GATEWAY_URL: sandbox.url,
    PAYMENT_GATEWAY_KEY: SECRETS.gateway,
    CARRIER_URL: sandbox.url,
    CARRIER_KEY: SECRETS.carrier,
    CARRIER_WEBHOOK_SECRET: webhookSecret,
    SMTP_URL: sandbox.smtpUrl,
    ...settings(taskQueue),
  };
  const config = loadConfig(env);
  const temporal = connectTemporal(config);
  const { queues } = orderQueues(config);
  const engine = createOrderEngine(temporal, taskQueue, queues);
  const dependencies = { database, gateway, carrier, engine, quietMs: 0 };
  const workers: { stop(): Promise<void> }[] = [];
  let placed = 0;

  const world: OrderWorld = {
    database,
    databaseUrl: testDatabase.url,
    temporal,
    sandbox,
    taskQueue,
    env,
    dependencies,

    stock: (sku, onHand, location = 'loc-1') => stockShelf(database, sku, onHand, location),

    async place(changes = {}, policy = {}, channel = 'web') {
      const order = placeOrderBody({ reference: `T-${(placed += 1)}`, ...changes });
      const orderId = newId('ord');
      await recordOrder(database, {
        orderId,
        channel,
        fingerprint: createHash('sha256').update(JSON.stringify(order)).digest(),
        order,
        names: order.lines.map((line) => `Item ${line.sku}`),
        totals: computeTotals(order),
        policy: { ...DEFAULT_POLICY, ...policy },
        actor: 'key:test',
        requestId: newId('req'),
        idempotency: null,
      });
      const row = await readOrderToStart(database, orderId);
      if (row === undefined) throw new Error('the order was not recorded');
      await startOrder(temporal, row, { taskQueue, queues, deadlineMs: 10_000 });
      await database.raw('UPDATE orders SET workflow_started_at = now() WHERE id = ?', [orderId]);
      return orderId;
    },

    handle: (orderId) => temporal.client.workflow.getHandle(orderId),

    report: (orderId, ...statuses) => world.reportParcel(orderId, 1, ...statuses),

    async reportParcel(orderId, number, ...statuses) {
      for (const status of statuses) {
        const id = shipmentId(orderId, number);
        const event = { eventId: `${id}:${status}`, shipmentId: id, status, at: new Date().toISOString() };
        const reports = await receiveCarrierEvents(database, 'sandbox', [event]);
        for (const { eventId } of reports)
          await world.handle(orderId).signal(carrierReported, { shipmentId: id, status, eventId });
      }
    },

    async untilHeld(orderId) {
      const deadline = Date.now() + WAIT_MS;
      while ((await world.snapshot(orderId)).holds.length === 0) {
        if (Date.now() > deadline) throw new Error(`no hold after ${WAIT_MS} ms`);
        await new Promise((resolve) => setTimeout(resolve, 25));
      }
    },

    async untilTold(orderId, type) {
      const deadline = Date.now() + WAIT_MS;
      for (;;) {
        const told = (await world.timeline(orderId)).map((event) => event.type);
        if (told.includes(type)) return;
        if (Date.now() > deadline) throw new Error(`no ${type} after ${WAIT_MS} ms, only: ${told.join(', ')}`);
        await new Promise((resolve) => setTimeout(resolve, 25));
      }
    },

    async until(orderId, ...statuses) {
      const deadline = Date.now() + WAIT_MS;
      for (;;) {
        const status = await world.status(orderId);
        if (statuses.includes(status)) return;
        if (Date.now() > deadline || isClosed(status)) {
          const told = (await world.timeline(orderId)).map(
            (event) => `${event.type} -> ${event.status} ${JSON.stringify(event.data)}`,
          );
          throw new Error(`order is ${status}, not ${statuses.join(' or ')}:\n  ${told.join('\n  ')}`);
        }
        await new Promise((resolve) => setTimeout(resolve, 25));
      }
    },

    async status(orderId) {
      const { rows } = await database.raw<{ rows: [{ status: OrderStatus }] }>(
        'SELECT status FROM orders WHERE id = ?',
        [orderId],
      );
      return rows[0].status;
    },
    snapshot: (orderId) => world.handle(orderId).query<OrderSnapshot>('getStatus'),
    result: (orderId) => temporal.client.workflow.getHandle<typeof processOrder>(orderId).result(),

    async timeline(orderId) {
      const { rows } = await database.raw<{ rows: Awaited<ReturnType<OrderWorld['timeline']>> }>(
        'SELECT type, actor, status, data FROM order_events WHERE order_id = ? ORDER BY sequence',
        [orderId],
      );
      return rows;
    },

    effects: async (orderId) => (await world.ledger(orderId)).map((entry) => entry.effect),
    async ledger(orderId) {
      const response = await fetch(`${sandbox.url}/ledger?orderId=${orderId}`);
      return ((await response.json()) as { data: LedgerEntry[] }).data;
    },
    async control(path, body) {
      const response = await fetch(`${sandbox.url}/control/${path}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
      });
      if (!response.ok) throw new Error(`control ${path}: ${response.status} ${await response.text()}`);
    },

    async startWorker(changes = {}) {
      const started = await startTestWorker(taskQueue, dependencies, changes);
      workers.push(started);
      return { stop: () => (workers.splice(workers.indexOf(started), 1), started.stop()) };
    },

    async close() {
      await Promise.all(workers.map((running) => running.stop()));
      await sandbox.stop();
      await temporal.close();
      await database.destroy();
      await testDatabase.drop();
      rmSync(home, { recursive: true, force: true });
    },
  };
  if (worker) await world.startWorker();
  return world;
}
