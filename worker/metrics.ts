import { Counter, Gauge, Histogram, type Registry } from 'prom-client';
import { ORDER_STATUSES } from '../domain/orders/status';
import { allInvariants } from '../verify/allInvariants';

/** What a provider is to us. */
export type ProviderKind = 'payment' | 'carrier' | 'mail' | 'stock';

/** The instruments of a worker process; those of the database pool are made by `createPoolMetrics`. Only once for each registry. */
export type WorkerMetrics = ReturnType<typeof createWorkerMetrics>;

export function createWorkerMetrics(registry: Registry) {
  const counter = <const T extends string = never>(name: string, help: string, labelNames: readonly T[] = []) =>
    new Counter<T>({ name, help, labelNames, registers: [registry] });
  const gauge = <const T extends string = never>(name: string, help: string, labelNames: readonly T[] = []) =>
    new Gauge<T>({ name, help, labelNames, registers: [registry] });

  const metrics = {
    providerCalls: new Histogram<'kind' | 'provider' | 'operation' | 'outcome'>({
      name: 'oms_provider_call_duration_seconds',
      help: 'Calls to providers: succeeded, declined, refused, found, unknown; unavailable, rejected, failed',
      labelNames: ['kind', 'provider', 'operation', 'outcome'],
      buckets: [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30],
      registers: [registry],
    }),
    transitions: counter('oms_order_transitions_total', 'Changes of status of orders, by the new one', ['to']),

    loopRounds: counter('oms_loop_rounds_total', 'Rounds of what runs beside the orders: ok, failed', [
      'loop',
      'outcome',
    ]),
    loopItems: counter('oms_loop_items_total', 'What these rounds have dealt with', ['loop']),
    loopSuccess: gauge('oms_loop_last_success_timestamp_seconds', 'When a round last came to its end', ['loop']),

    openOrders: gauge('oms_open_orders', 'Open orders, by status and by what they wait for; each worker tells all', [
      'status',
      'waiting_for',
    ]),
    overdueOrders: gauge('oms_overdue_orders', 'Open orders whose deadline has passed', ['status', 'waiting_for']),
    oldestOrder: gauge('oms_open_orders_oldest_age_seconds', 'Since the oldest of them was placed', [
      'status',
      'waiting_for',
    ]),
    latestOrder: gauge('oms_overdue_orders_max_delay_seconds', 'By how much the latest of them is late', [
      'status',
      'waiting_for',
    ]),
    backlog: gauge('oms_backlog_items', 'What waits for a loop; each worker tells all', ['queue']),
    backlogAge: gauge('oms_backlog_oldest_age_seconds', 'For how long the oldest of it has been waiting', ['queue']),
    backlogRead: gauge('oms_backlog_read_duration_seconds', 'How long it took to count open orders and backlogs'),

    sweeps: counter('oms_sweeper_runs_total', 'Runs of the sweeper: ok, failed', ['outcome']),
    swept: counter('oms_sweeper_orders_total', 'Orders that it has started, restarted, or started anew and held', [
      'result',
    ]),
    sweptAt: gauge('oms_sweeper_last_run_timestamp_seconds', 'When the sweeper last came to its end in this worker'),

    breaches: counter(
      'oms_invariant_breaches_total',
      'Breaches found by the reconciler; each counts again with every run that finds it',
      ['invariant'],
    ),
    reconciles: counter('oms_reconciler_runs_total', 'Runs of the reconciler, by whether all could be read', [
      'outcome',
    ]),
    reconciledAt: gauge(
      'oms_reconciler_last_run_timestamp_seconds',
      'When the reconciler last came to its end in this worker',
    ),
  };

  // A counter that is there from the beginning: the first of its kind is then an increase, on which one can be warned.
  for (const to of ORDER_STATUSES) metrics.transitions.inc({ to }, 0);
  for (const { name } of allInvariants) metrics.breaches.inc({ invariant: name }, 0);
  for (const outcome of ['complete', 'incomplete']) metrics.reconciles.inc({ outcome }, 0);
  for (const outcome of ['ok', 'failed']) metrics.sweeps.inc({ outcome }, 0);
  for (const result of ['started', 'restarted', 'held']) metrics.swept.inc({ result }, 0);
  return metrics;
}
