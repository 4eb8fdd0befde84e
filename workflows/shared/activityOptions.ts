import type { ActivityOptions, LocalActivityOptions } from '@temporalio/workflow';

/**
 * Our own database, as local activities: one marker in the history, no round trip to the server. Short, idempotent, retried
 * until done: a database that is away makes an order wait and never fail.
 */
export const DATABASE = {
  startToCloseTimeout: '10s',
  retry: { initialInterval: '200ms', maximumInterval: '10s' },
} satisfies LocalActivityOptions;

/**
 * The outside world. One attempt may take 30 s, and after a worker is killed the next one starts at the latest then. There is
 * no limit to the whole: a long queue or a provider that is away for a day must not fail an order. Cancelling waits for the
 * outcome of an attempt that runs, so that the fate of money is always known.
 */
export const PROVIDER = {
  startToCloseTimeout: '30s',
  retry: { initialInterval: '1s', backoffCoefficient: 2, maximumInterval: '1m' },
  cancellationType: 'WAIT_CANCELLATION_COMPLETED',
} satisfies ActivityOptions;

/** What gives money and parcels back goes before all else that waits in its queue, where 3 is the default. */
export const URGENT = { priority: { priorityKey: 1 } } satisfies ActivityOptions;
