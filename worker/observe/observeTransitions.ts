import { statusChanges, type StatusChange } from '../../db/orders/statusChanges';
import type { WorkerMetrics } from '../metrics';

/** Counts the changes of status that this process writes. @returns how to end it. */
export function observeTransitions({ transitions }: Pick<WorkerMetrics, 'transitions'>): () => void {
  const count = (message: unknown) => transitions.inc({ to: (message as StatusChange).to });
  statusChanges.subscribe(count);
  return () => statusChanges.unsubscribe(count);
}
