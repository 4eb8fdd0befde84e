import { pino } from 'pino';
import type { OrderView } from '../../api/orders/orderSchema';
import type { OrderStatus } from '../../domain/orders/status';
import { isClosed } from '../../domain/orders/status';
import { createSmtpMailer } from '../../providers/messaging/smtpMailer';
import { startOrder } from '../../runtime/startOrder';
import { reportCarrierEvents } from '../../worker/loops/reportCarrierEvents';
import { runLoop } from '../../worker/loops/runLoop';
import { sendNotifications } from '../../worker/loops/sendNotifications';
import { startPendingOrders } from '../../worker/loops/startPendingOrders';
import type { ContractClient, Reply } from './contractClient';
import { createOrderWorld, type LedgerEntry, type OrderWorld } from './orderWorld';
import type { OrderBodyChanges } from './placeOrderBody';
import { newKey, shopOrder } from './shopOrder';
import { startTestApi, WEBHOOK_SECRET, type TestApi } from './testApi';

export interface StockCount {
  onHand: number;
  reserved: number;
  available: number;
}

export interface Shop {
  world: OrderWorld;
  api: TestApi;
  channel: ContractClient;
  ops: ContractClient;
  nobody: ContractClient;
  /** Submits a sound order, changed as the test needs it, under a new Idempotency-Key. */
  submit(changes?: OrderBodyChanges, headers?: Record<string, string>): Promise<Reply>;
  /** Submits an order that has to be taken. @returns its id. */
  place(changes?: OrderBodyChanges): Promise<string>;
  read(orderId: string): Promise<OrderView>;
  /** Waits until the API shows the order in one of the states. @throws with its timeline when it does not get there. */
  until(orderId: string, ...statuses: OrderStatus[]): Promise<OrderView>;
  /** Waits until an event of this type stands on the order's timeline. */
  untilTold(orderId: string, type: string): Promise<void>;
  /** Types of the events on the order's timeline, as its channel reads them. */
  timeline(orderId: string): Promise<string[]>;
  act(action: string, orderId: string, body: object): Promise<Reply>;
  /** Moves the order's parcel by one step of its way; the carrier calls back. */
  advance(orderId: string): Promise<void>;
  /** From now on the carrier moves all parcels by itself. */
  move(paceMs?: number): Promise<void>;
  /** Effects at the providers in their own books: of one order, or all. */
  effects(orderId: string): Promise<string[]>;
  ledger(): Promise<(LedgerEntry & { reference: string })[]>;
  /** Units of a SKU over all locations, as operations sees them. */
  stockOf(sku: string): Promise<StockCount>;
  close(): Promise<void>;
}

interface Options {
  worker?: boolean;
  /** Settings of the API. */
  settings?: Record<string, string>;
  waitMs?: number;
}

/**
 * All of a shop but its processes: API, worker with its loops and sandbox in this one, over the real Postgres and Temporal,
 * with the seeded catalogue. The carrier calls the API back, and stands still until told to move.
 */
export async function openShop({ worker = true, settings = {}, waitMs = 30_000 }: Options = {}): Promise<Shop> {
  const world = await createOrderWorld({ worker, webhookSecret: WEBHOOK_SECRET });
  const { database, temporal, taskQueue } = world;
  const api = await startTestApi({ databaseUrl: world.databaseUrl, taskQueue, settings });
  await world.control('carrier', { callbackUrl: `${api.url}/v1/callbacks/carriers/sandbox` });
  const log = pino({ level: process.env['LOG_LEVEL'] ?? 'silent' });
  const mailer = createSmtpMailer({ url: world.sandbox.smtpUrl, from: 'Shop <shop@example.com>' });
  const start: Parameters<typeof startPendingOrders>[0]['start'] = (order) =>
    startOrder(temporal, order, { taskQueue, deadlineMs: 5_000 });
  const loops = [
    runLoop({ name: 'start', everyMs: 500, log, round: () => startPendingOrders({ database, start }) }),
    runLoop({
      name: 'carrier',
      everyMs: 500,
      log,
      round: () => reportCarrierEvents({ database, client: temporal.client }),
    }),
    runLoop({ name: 'mail', everyMs: 300, log, round: () => sendNotifications({ database, mailer, log }) }),
  ];

  const shop: Shop = {
    world,
    api,
    channel: api.channel,
    ops: api.ops,
    nobody: api.nobody,

    submit: (changes = {}, headers = {}) =>
      api.channel.post('/v1/orders', { body: shopOrder(changes), headers: { ...newKey(), ...headers } }),
    async place(changes) {
      const { status, body } = await shop.submit(changes);
      if (status !== 201) throw new Error(`the order was answered with ${status}: ${JSON.stringify(body)}`);
      return (body as OrderView).id;
    },
    async read(orderId) {
      const { status, body } = await api.ops.get(`/v1/orders/${orderId}`);
      if (status !== 200) throw new Error(`reading ${orderId} was answered with ${status}: ${JSON.stringify(body)}`);
      return body as OrderView;
    },

    async until(orderId, ...statuses) {
      const deadline = Date.now() + waitMs;
      for (;;) {
        const order = await shop.read(orderId);
        if (statuses.includes(order.status)) return order;
        if (Date.now() > deadline || isClosed(order.status)) {
          const told = (await shop.timeline(orderId)).join(', ');
          throw new Error(`${orderId} is ${order.status} (${order.statusReason}), not ${statuses.join('/')}: ${told}`);
        }
        await pause(40);
      }
    },
    async untilTold(orderId, type) {
      const deadline = Date.now() + waitMs;
      for (;;) {
        const told = await shop.timeline(orderId);
        if (told.includes(type)) return;
        if (Date.now() > deadline) throw new Error(`${orderId} has no ${type}, only ${told.join(', ')}`);
        await pause(40);
      }
    },
    async timeline(orderId) {
      const { body } = await api.ops.get(`/v1/orders/${orderId}/events?limit=200`);
      return (body as { data: { type: string }[] }).data.map((event) => event.type);
    },

    act: (action, orderId, body) => api.ops.post(`/v1/orders/${orderId}/${action}`, { body, headers: newKey() }),
    async advance(orderId) {
      const booking = (await shop.ledger()).find(
        (entry) => entry.orderId === orderId && entry.effect === 'book_shipment',
      );
      await world.control(`carrier/shipments/${booking?.reference}/advance`, {});
    },
    move: (paceMs = 0) => world.control('carrier', { paused: false, paceMs }),

    effects: (orderId) => world.effects(orderId),
    async ledger() {
      const response = await fetch(`${world.sandbox.url}/ledger`);
      return ((await response.json()) as { data: Awaited<ReturnType<Shop['ledger']>> }).data;
    },
    async stockOf(sku) {
      const { body } = await api.ops.get(`/v1/stock?sku=${sku}`);
      const sum = (name: keyof StockCount) =>
        (body as { data: StockCount[] }).data.reduce((total, level) => total + level[name], 0);
      return { onHand: sum('onHand'), reserved: sum('reserved'), available: sum('available') };
    },

    async close() {
      await Promise.all(loops.map((loop) => loop.stop()));
      mailer.close();
      await api.close();
      await world.close();
    },
  };
  return shop;
}

export const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
