import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { connectDatabase, type Database } from '../../db/connection';
import { pickPort } from '../../runtime/dev/pickPort';
import { connectTemporal, type TemporalConnection } from '../../runtime/temporal';
import { placeOrderBody } from '../support/placeOrderBody';
import { readExpressions, readSelectors } from '../support/promql';
import { scrape, type Scrape } from '../support/scrape';
import { startStack, type Stack } from '../support/stack';

/** Real processes, real orders: what is told of them has to be what happened, and what the dashboard asks for has to be there. */
let stack: Stack;
let database: Database;
let temporal: TemporalConnection;
let api: string;
let worker: string;
let sdk: string;
const orders: Record<'smooth' | 'declined' | 'rough', string> = { smooth: '', declined: '', rough: '' };

const submit = (reference: string, token: string, { sku = 'TSHIRT-BLK-M', key = reference } = {}) =>
  stack.channel.post('/v1/orders', {
    body: placeOrderBody({ reference, token, lines: [{ sku, quantity: 1, unitPrice: 1999 }] }),
    headers: { 'idempotency-key': key },
  });
const until = (what: string, where: string, holds: (seen: Scrape) => boolean) =>
  stack.until(what, async () => {
    const seen = await scrape(where);
    return holds(seen) ? seen : undefined;
  });
/** Where a process has said that its metrics are. */
const metricsOf = (name: string): string => {
  const [, url = ''] = /"metrics":"([^"]+)"/.exec(readFileSync(join(stack.home, 'logs', `${name}.log`), 'utf8')) ?? [];
  return url;
};

beforeAll(async () => {
  const sdkPort = await pickPort();
  const env = { METRICS_PORT: '0', TEMPORAL_METRICS_PORT: String(sdkPort), OMS_SANDBOX_PACE_MS: '200' };
  stack = await startStack({ env });
  [api, worker, sdk] = [metricsOf('api'), metricsOf('worker'), `http://127.0.0.1:${sdkPort}/metrics`];
  const { databaseUrl, temporalAddress } = stack.run();
  database = connectDatabase({ url: databaseUrl, poolSize: 2, name: 'oms-test' });
  temporal = connectTemporal({ TEMPORAL_ADDRESS: temporalAddress, TEMPORAL_NAMESPACE: 'default' });
  orders.smooth = (await submit('M-1', 'tok_ok')).body.id;
  orders.declined = (await submit('M-2', 'tok_declined')).body.id;
  orders.rough = (await submit('M-3', 'tok_error_then_ok')).body.id;
  expect((await submit('M-4', 'tok_ok', { sku: 'NO-SUCH-THING' })).status).toBe(422);
  expect((await submit('M-1', 'tok_ok')).status).toBe(201);
  expect((await submit('M-1', 'tok_ok', { key: 'another' })).status).toBe(200);
  await until('two orders are completed', worker, (seen) => done(seen) === 2);
});
const done = (seen: Scrape) => seen.value('oms_order_transitions_total', { to: 'completed' });
afterAll(async () => {
  await temporal?.close();
  await database?.destroy();
  await stack?.remove();
});

test('an API counts submissions by what became of them, and measures requests by route', async () => {
  const seen = await scrape(api);
  const submissions = (outcome: string) => seen.value('oms_submissions_total', { channel: 'web', outcome });
  expect(submissions('accepted')).toBe(3);
  expect(submissions('refused')).toBe(1);
  expect(submissions('replayed')).toBe(1);
  expect(submissions('repeated')).toBe(1);
  expect([submissions('accepted_later'), submissions('failed')]).toEqual([0, 0]);
  const requests = (status: string) =>
    seen.value('oms_http_request_duration_seconds_count', { method: 'POST', route: '/v1/orders', status });
  expect([requests('2xx'), requests('4xx'), requests('5xx')]).toEqual([5, 1, undefined]);
  expect(seen.value('oms_http_refusals_total', { route: '/v1/orders', code: 'invalid_request' })).toBe(1);
  expect(seen.value('oms_http_requests_in_flight')).toBe(0);
  expect(seen.value('oms_temporal_reachable')).toBe(1);
  expect(seen.value('oms_database_pool_max_connections')).toBe(10);
});

test('its metrics are on their own port alone, and a worker’s too', async () => {
  const { status, body } = await stack.channel.get('/metrics');
  expect([status, body.code]).toEqual([404, 'not_found']);
  expect((await fetch(api.replace('/metrics', '/v1/orders'))).status).toBe(404);
  expect((await fetch(worker.replace('/metrics', '/healthz'))).status).toBe(404);
});

test('a worker counts the calls to providers as the providers have them in their books', async () => {
  const books = (await stack.sandbox<{ data: { effect: string; outcome: string }[] }>('/ledger')).data;
  const inBooks = (effect: string) => books.filter((entry) => entry.effect === effect).length;
  const seen = await scrape(worker);
  const calls = (operation: string, outcome: string) =>
    seen.value('oms_provider_call_duration_seconds_count', { operation, outcome }) ?? 0;
  expect(calls('authorise', 'succeeded') + calls('find', 'found')).toBe(inBooks('authorise'));
  expect(calls('capture', 'succeeded')).toBe(inBooks('capture'));
  expect(calls('book', 'succeeded')).toBe(inBooks('book_shipment'));
  expect([calls('authorise', 'declined'), inBooks('capture'), inBooks('book_shipment')]).toEqual([1, 2, 2]);
  expect(calls('authorise', 'unavailable')).toBe(2);
  // Confirmed, shipped and delivered for each of two, and a problem with the payment for one.
  await until('seven mails are sent', worker, (now) => {
    const mails = { kind: 'mail', outcome: 'succeeded' };
    return now.value('oms_provider_call_duration_seconds_count', mails) === 7;
  });
});

test('it tells what is open, late and waiting, and what the reconciler makes of it', async () => {
  const waits = { status: 'awaiting_payment', waiting_for: 'customer_payment' };
  await until('the open order is counted', worker, (seen) => seen.value('oms_open_orders') === 1);
  expect((await scrape(worker)).value('oms_open_orders', waits)).toBe(1);
  // Late, and with nobody to act: the second is a fault of the records.
  await database.raw(`UPDATE orders SET waiting_until = now() - interval '1 hour', waiting_owner = NULL WHERE id = ?`, [
    orders.declined,
  ]);
  const late = await until('the late order is told', worker, (seen) => seen.value('oms_overdue_orders', waits) === 1);
  expect(late.value('oms_overdue_orders_max_delay_seconds', waits)).toBeGreaterThan(3_599);
  expect(late.value('oms_backlog_items', { queue: 'orders_to_start' })).toBe(0);

  for (const id of ['sweep-orders-orders', 'reconcile-orders-orders'])
    await temporal.client.schedule.getHandle(id).trigger();
  const reconciled = await until('the reconciler has run', worker, (seen) =>
    Boolean(seen.value('oms_reconciler_runs_total', { outcome: 'complete' })),
  );
  expect(reconciled.value('oms_invariant_breaches_total', { invariant: 'waiting' })).toBe(1);
  expect(reconciled.value('oms_invariant_breaches_total')).toBe(1);
  const ago = Date.now() / 1000 - (reconciled.value('oms_reconciler_last_run_timestamp_seconds') ?? 0);
  expect(ago).toBeLessThan(60);
  await until('the order needs attention', worker, (seen) =>
    Boolean(seen.value('oms_open_orders', { status: 'needs_attention' })),
  );
  const swept = await until('the sweeper has run', worker, (seen) =>
    Boolean(seen.value('oms_sweeper_runs_total', { outcome: 'ok' })),
  );
  expect(swept.value('oms_sweeper_orders_total')).toBe(0);
});

test('what the alerts and the dashboard ask for is there, under the labels by which they ask', async () => {
  // A workflow task fails where code is missing; an activity has failed where the gateway did.
  const lost = { taskQueue: 'orders', workflowId: 'lost' };
  const handle = await temporal.client.workflow.start('noSuchWorkflow', lost);
  await until('a workflow task has failed', sdk, (seen) =>
    Boolean(seen.value('temporal_workflow_task_execution_failed_total')),
  );
  await handle.terminate('it was there to fail');

  const { samples } = await scrape(api, worker, sdk);
  const asked = readExpressions().flatMap(([where, expr]) => readSelectors(expr).map((of) => ({ where, ...of })));
  expect(asked.length).toBeGreaterThan(60);
  const missing = asked.filter(({ metric, matchers }) => {
    // Prometheus makes it, of each process that it asks.
    if (metric === 'up') return false;
    const found = samples.filter(({ name }) => name === metric);
    return found.length === 0 || matchers.some(([label]) => label !== 'job' && !found.some((of) => label in of.labels));
  });
  expect(missing).toEqual([]);

  // A value that an alert picks by and that nothing ever has would keep it silent.
  const silent = asked.filter(({ metric, matchers }) =>
    matchers.some(([label, operator, value]) => {
      if (metric === 'up' || label === 'job' || operator.startsWith('!')) return false;
      const picks = new RegExp(`^(?:${value})$`);
      return !samples.some(({ name, labels }) => name === metric && picks.test(labels[label] ?? ''));
    }),
  );
  // No request has ended so.
  expect([...new Set(silent.map(({ where }) => where))]).toEqual(['alert OmsApiErrors']);
});
