import { WorkflowNotFoundError } from '@temporalio/client';
import type { Logger } from 'pino';
import type { AuditResult, Reconciler } from '../activities/reconciliation';
import { orderWorkflowId } from '../domain/ids';
import type { Config } from '../runtime/settings';
import type { TemporalConnection } from '../runtime/temporal';
import { listSecrets } from '../verify/listSecrets';
import type { InvariantResult } from '../verify/runInvariants';
import { verifySystem } from '../verify/verifySystem';
import { reportBreach } from '../workflows/orders/messages';
import type { WorkerMetrics } from './metrics';

/** Of each kind so many a run: over the days they come to see all orders. */
const PROJECTIONS = 1_000;
const HISTORIES = 200;
const HOUR_MS = 3_600_000;
const LOGGED = 20;

/**
 * The invariants of `npm run verify` that need no witness beside Postgres and Temporal. What is broken goes to the log and is
 * counted: a counter, since each run may be on another worker.
 */
export function createReconciler({
  config,
  temporal,
  log,
  metrics,
}: {
  config: Config;
  temporal: Pick<TemporalConnection, 'client'>;
  log: Logger;
  metrics: Pick<WorkerMetrics, 'breaches' | 'reconciles' | 'reconciledAt'>;
}): Reconciler {
  const note = ({ name, state, breaches: found, reason }: InvariantResult): void => {
    if (state === 'unreadable') log.warn({ invariant: name, reason }, 'an invariant could not be checked');
    if (found.length === 0) return;
    metrics.breaches.inc({ invariant: name }, found.length);
    for (const { id, what } of found.slice(0, LOGGED))
      log.warn({ invariant: name, id, what }, 'an invariant is broken');
    if (found.length > LOGGED)
      log.warn({ invariant: name, more: found.length - LOGGED }, 'an invariant is broken more often');
  };

  const audit = async (): Promise<AuditResult> => {
    const { results, ms } = await verifySystem({
      databaseUrl: config.DATABASE_URL,
      temporalAddress: config.TEMPORAL_ADDRESS,
      namespace: config.TEMPORAL_NAMESPACE,
      taskQueue: config.TASK_QUEUE,
      payloadKeys: config.PAYLOAD_KEYS,
      secrets: listSecrets(config),
      projections: PROJECTIONS,
      histories: HISTORIES,
      shift: Math.floor(Date.now() / HOUR_MS),
      onResult: note,
    });
    const result = toAuditResult(results);
    const { findings, unreadable } = result;
    metrics.reconciles.inc({ outcome: Object.keys(unreadable).length > 0 ? 'incomplete' : 'complete' });
    metrics.reconciledAt.setToCurrentTime();
    log.info({ ms, findings: findings.length, unreadable: Object.keys(unreadable) }, 'invariants checked');
    return result;
  };

  const reportBreachTo = async (orderId: string, what: string): Promise<boolean> => {
    try {
      await temporal.client.workflow.getHandle(orderWorkflowId(orderId)).signal(reportBreach, { what });
      return true;
    } catch (error) {
      if (error instanceof WorkflowNotFoundError) return false;
      throw error;
    }
  };
  return { audit, reportBreach: reportBreachTo };
}

function toAuditResult(results: readonly InvariantResult[]): AuditResult {
  const read = results.filter(({ state }) => state === 'holds' || state === 'broken');
  return {
    checked: Object.fromEntries(read.map(({ name, checked }) => [name, checked])),
    findings: read.flatMap(({ name, stopsOrder, breaches }) =>
      breaches.map(({ id, what, orderId = null }) => ({ invariant: name, id, what, orderId, stopsOrder })),
    ),
    unreadable: Object.fromEntries(
      results.filter(({ state }) => state === 'unreadable').map(({ name, reason }) => [name, reason ?? '']),
    ),
  };
}
