import { connectDatabase } from '../db/connection';
import { readBenchOrders } from '../db/bench/benchOrders';
import { connectTemporal } from '../runtime/temporal';
import type { BenchStack, Part } from './benchStack';
import { inParallel } from './inParallel';
import { percentile } from './percentile';
import type { Usage } from './processUsage';
import { untilAll } from './untilAll';

export interface OrdersResult {
  orders: number;
  concurrency: number;
  completed: number;
  /** Recorded, while Temporal took too long to start its workflow: answered 202, and started by the sweep. */
  startedLater: number;
  acceptedPerSecond: number;
  completedPerSecond: number;
  submitMs: { p50: number; p95: number; p99: number };
  orderMs: { p50: number; p99: number };
  cpuMsPerOrder: Record<Part, number>;
  peakMb: Record<Part, number>;
  eventsPerOrder: number;
  transitionsPerOrder: number;
}

const SAMPLE = 20;

/** Drives orders over HTTP from submission until they are delivered. Stops when nothing moves for a minute. */
export async function driveOrders(
  stack: BenchStack,
  options: { orders: number; concurrency: number; prefix: string },
): Promise<OrdersResult> {
  const { orders, concurrency, prefix } = options;
  const database = connectDatabase({ url: stack.run.databaseUrl, poolSize: 2, name: 'bench' });
  try {
    const before = stack.usage();
    const begin = Date.now();
    const submitMs: number[] = [];
    let startedLater = 0;
    await inParallel(orders, concurrency, async (index) => {
      const startedAt = performance.now();
      const reference = `${prefix}-${index}`;
      const { status, body } = await stack.call('POST', '/v1/orders', {
        body: orderBody(reference),
        headers: { 'idempotency-key': reference },
      });
      submitMs.push(performance.now() - startedAt);
      if (status === 202) startedLater += 1;
      else if (status !== 201) throw new Error(`order ${reference} was answered ${status}: ${body}`);
    });
    const acceptedIn = Date.now() - begin;
    const closed = await untilAll(
      () => readBenchOrders(database, prefix),
      orders,
      ({ closedAt }) => closedAt !== null,
    );
    const after = stack.usage();
    const ended = Math.max(...closed.map(({ closedAt }) => closedAt ?? 0));
    const perOrder = (pick: (usage: Usage) => number) =>
      Object.fromEntries(
        Object.entries(after).map(([part, usage]) => [part, pick(usage) - pick(before[part as Part])]),
      ) as Record<Part, number>;
    const cpu = perOrder((usage) => usage.cpuMs);
    return {
      orders,
      concurrency,
      completed: closed.filter((order) => order.status === 'completed').length,
      startedLater,
      acceptedPerSecond: orders / (acceptedIn / 1000),
      completedPerSecond: closed.length / ((ended - begin) / 1000),
      submitMs: { p50: percentile(submitMs, 0.5), p95: percentile(submitMs, 0.95), p99: percentile(submitMs, 0.99) },
      orderMs: percentiles(closed.map(({ createdAt, closedAt }) => (closedAt ?? 0) - createdAt)),
      cpuMsPerOrder: Object.fromEntries(Object.entries(cpu).map(([part, ms]) => [part, ms / orders])) as Record<
        Part,
        number
      >,
      peakMb: Object.fromEntries(Object.entries(after).map(([part, usage]) => [part, usage.peakMb])) as Record<
        Part,
        number
      >,
      ...(await readHistoryCost(
        stack,
        closed.slice(0, SAMPLE).map((order) => order.id),
      )),
    };
  } finally {
    await database.destroy();
  }
}

const percentiles = (values: number[]) => ({ p50: percentile(values, 0.5), p99: percentile(values, 0.99) });

/** What an order costs the Temporal server: the mean of a sample. */
async function readHistoryCost(
  stack: BenchStack,
  orderIds: readonly string[],
): Promise<{ eventsPerOrder: number; transitionsPerOrder: number }> {
  const temporal = connectTemporal({
    TEMPORAL_ADDRESS: stack.run.temporalAddress,
    TEMPORAL_NAMESPACE: 'default',
    PAYLOAD_KEYS: process.env['PAYLOAD_KEYS'],
  });
  try {
    let events = 0;
    let transitions = 0;
    for (const id of orderIds) {
      const described = await temporal.client.workflow.getHandle(id).describe();
      events += described.historyLength;
      transitions += Number(described.raw.workflowExecutionInfo?.stateTransitionCount ?? 0);
    }
    return { eventsPerOrder: events / orderIds.length, transitionsPerOrder: transitions / orderIds.length };
  } finally {
    await temporal.close();
  }
}

export const orderBody = (reference: string, lines = [{ sku: 'TSHIRT-BLK-M', quantity: 1, unitPrice: 1999 }]) => ({
  reference,
  currency: 'EUR',
  customer: { email: `${reference.toLowerCase()}@example.com`, name: 'Bench Mark' },
  shippingAddress: {
    name: 'Bench Mark',
    line1: 'Unter den Linden 1',
    city: 'Berlin',
    postalCode: '10117',
    country: 'DE',
  },
  lines,
  shipping: { method: 'standard', price: 499 },
  payment: { method: 'card', token: 'tok_ok' },
});
