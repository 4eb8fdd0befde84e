import { WorkflowNotFoundError, WorkflowUpdateFailedError } from '@temporalio/client';
import { MockActivityEnvironment } from '@temporalio/testing';
import { createSweepActivities } from '../../activities/sweeps';
import { adjustStock } from '../../db/inventory/adjustStock';
import { markDelivered, receiveCarrierEvents } from '../../db/shipments/carrierInbox';
import { Refusal } from '../../domain/failures';
import { shipmentId } from '../../domain/ids';
import type { OrderSnapshot } from '../../domain/orders/snapshot';
import type { TrackingStatus } from '../../domain/shipments';
import { createOrderEngine } from '../../worker/createOrderEngine';
import { carrierReported } from '../../workflows/orders/messages';
import type { LedgerEntry, OrderWorld } from '../support/orderWorld';
import type { Answer, ModelOrder, Token } from './orderModel';

/** Short, since it is waited for; long enough for what does succeed on a busy machine. */
const VOID_MAY_TAKE_MS = 1_500;
/** By then a run of the workflow has found out for itself that a void fails: an earlier one may have left the same words. */
const UNTIL_RAISED_MS = VOID_MAY_TAKE_MS + 1_000;
let runs = 0;
let things = 0;
const next = (kind: string): string => `${kind}-${(things += 1)}`;

/** The real system, asked for the same as the model. Each run has orders and items of its own. */
export class RealShop {
  readonly #run = (runs += 1);
  readonly #ids = new Map<string, string>();
  readonly #waiting: Promise<unknown>[] = [];
  readonly world: OrderWorld;
  #worker: { stop(): Promise<void> };
  /** Where the providers' books stood when the run began. */
  #since = 0;

  constructor(world: OrderWorld, worker: { stop(): Promise<void> }) {
    this.world = world;
    this.#worker = worker;
  }

  async open(shelves: Record<string, number>): Promise<void> {
    this.#since = (await this.#readBooks(0)).at(-1)?.sequence ?? 0;
    // The model's orders come from one location each.
    await this.world.database.raw(
      `INSERT INTO sourcing_strategies (channel, version, strategy, active, created_by) VALUES ('web', 1, ?, true, 'test')
       ON CONFLICT DO NOTHING`,
      [
        JSON.stringify({
          rules: [{ name: 'whole', shipComplete: 'order', maxShipments: 1, criteria: [{ by: 'priority' }] }],
        }),
      ],
    );
    for (const [place, onHand] of Object.entries(shelves)) {
      const [sku = '', location] = place.split('@');
      await this.world.stock(this.sku(sku), onHand, location);
    }
  }

  sku(name: string): string {
    return `R${this.#run}-${name}`;
  }
  id(order: ModelOrder): string {
    const id = this.#ids.get(order.name);
    if (id === undefined) throw new Error(`${order.name} was not placed`);
    return id;
  }
  get ids(): string[] {
    return [...this.#ids.values()];
  }
  get worker(): { stop(): Promise<void> } {
    return this.#worker;
  }

  /** All that workers have in memory is lost; what is asked for meanwhile waits for the next one. */
  async restart(meanwhile: () => Promise<void> = async () => undefined): Promise<void> {
    await this.#worker.stop();
    await meanwhile();
    this.#worker = await this.world.startWorker();
  }

  async place({ name, token, lines }: ModelOrder, shippingPrice: number): Promise<void> {
    const ours = lines.map((line) => ({ ...line, sku: this.sku(line.sku) }));
    const reference = this.sku(name);
    const policy = token === 'tok_void_error' ? { settleWithinMs: VOID_MAY_TAKE_MS } : {};
    const id = await this.world.place({ reference, token, shippingPrice, lines: ours }, policy);
    this.#ids.set(name, id);
  }

  /** Asks by update; `times`: how often the same request is sent, at once. What waits for a decision is not waited for. */
  async ask(order: ModelOrder, door: string, body: object, expected: Answer, times = 1): Promise<Answer> {
    const request = { requestId: next('req'), actor: 'test', ...body };
    const send = () => this.world.handle(this.id(order)).executeUpdate(door, { args: [request] });
    const answers = Array.from({ length: times }, () => send().then(() => 'done' as const, asRefusal));
    // The last of several may come when the first has ended the order.
    if (expected !== 'pending') return (await Promise.all(answers)).includes('done') ? 'done' : 'refused';
    this.#waiting.push(...answers.map((answer) => answer.catch(() => undefined)));
    return Promise.race([this.untilRaised(), ...answers]);
  }
  async untilRaised(): Promise<'pending'> {
    await new Promise((resolve) => setTimeout(resolve, UNTIL_RAISED_MS));
    return 'pending';
  }

  /** What an update does, as a signal: nobody waits for an answer. */
  async tell(order: ModelOrder, door: string, body: object): Promise<void> {
    await this.world.handle(this.id(order)).signal(door, { requestId: next('req'), actor: 'test', ...body });
  }

  /** Keeps a means of payment, as the API does. @returns the id of its token. */
  async keepToken(order: ModelOrder, token: Token): Promise<string> {
    const tokenId = next(`tok-${this.#run}`);
    await this.world.database.raw(`INSERT INTO payment_tokens (id, order_id, method, token) VALUES (?, ?, 'card', ?)`, [
      tokenId,
      this.id(order),
      token,
    ]);
    return tokenId;
  }

  async move(order: ModelOrder): Promise<void> {
    const { rows } = await this.world.database.raw<{ rows: { reference: string }[] }>(
      'SELECT reference FROM shipments WHERE order_id = ?',
      [this.id(order)],
    );
    await this.world.control(`carrier/shipments/${rows[0]?.reference}/advance`, {});
  }

  /** What a callback of the carrier does. `again`: as an event of another id, as carriers do when they scan twice. */
  async report(order: ModelOrder, status: TrackingStatus, again: boolean): Promise<void> {
    const { database } = this.world;
    const id = shipmentId(this.id(order), 1);
    const event = { shipmentId: id, status, at: new Date().toISOString() };
    const eventId = again ? next(`${id}:${status}`) : `${id}:${status}`;
    for (const report of await receiveCarrierEvents(database, 'sandbox', [{ eventId, ...event }])) {
      const handle = this.world.handle(report.orderId);
      await handle
        .signal(carrierReported, { shipmentId: id, status: report.status, eventId })
        .catch((error: unknown) => {
          if (!(error instanceof WorkflowNotFoundError)) throw error;
        });
      await markDelivered(database, 'sandbox', [eventId]);
    }
  }

  async adjust(place: string, change: { delta: number } | { setTo: number; expected: number }): Promise<Answer> {
    const [sku = '', location = ''] = place.split('@');
    try {
      await adjustStock(this.world.database, {
        sku: this.sku(sku),
        location,
        ...change,
        reason: 'count',
        actor: 'test',
      });
      return 'done';
    } catch (error) {
      if (error instanceof Refusal && error.code === 'stock_conflict') return 'refused';
      throw error;
    }
  }

  snapshot(order: ModelOrder): Promise<OrderSnapshot> {
    return this.world.snapshot(this.id(order));
  }

  async terminate(order: ModelOrder): Promise<void> {
    await this.world.handle(this.id(order)).terminate('by the model');
  }

  /** The providers' own books, of this run. */
  async books(): Promise<LedgerEntry[]> {
    return (await this.#readBooks(this.#since)).filter(({ orderId }) => this.ids.includes(orderId));
  }
  async #readBooks(after: number): Promise<LedgerEntry[]> {
    const response = await fetch(`${this.world.sandbox.url}/ledger?after=${after}`);
    return ((await response.json()) as { data: LedgerEntry[] }).data;
  }

  /** The sweeper, over the orders of this run: it trusts no index, and looks at each. @returns how many it mended. */
  async sweep(): Promise<number> {
    const { database, temporal, taskQueue } = this.world;
    const { rows } = await database.raw<{ rows: { id: string }[] }>('SELECT id FROM orders WHERE NOT id = ANY(?)', [
      this.ids,
    ]);
    const engine = {
      ...createOrderEngine(temporal, taskQueue),
      listRunning: async () => new Set(rows.map(({ id }) => id)),
    };
    const activities = createSweepActivities({ database, engine, quietMs: 0 });
    const workflowExecution = { workflowId: 'sweep', runId: next('sweep') };
    const environment = new MockActivityEnvironment({ workflowExecution });
    let mended = 0;
    await environment.run(async () => {
      const report = await activities.sweepOrders();
      mended = report.held + report.restarted;
    });
    return mended;
  }

  /** Ends what still runs, so that it is no work for the runs that follow. */
  async close(): Promise<void> {
    for (const id of this.ids)
      await this.world
        .handle(id)
        .terminate('the run is over')
        .catch(() => undefined);
    await Promise.all(this.#waiting);
  }
}

/** A request that the workflow refuses, or that comes after its end. */
function asRefusal(error: unknown): 'refused' {
  if (error instanceof WorkflowUpdateFailedError || error instanceof WorkflowNotFoundError) return 'refused';
  throw error;
}
