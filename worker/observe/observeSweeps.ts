import type { SweepReport } from '../../activities/sweeps';
import type { WorkerMetrics } from '../metrics';

type Metrics = Pick<WorkerMetrics, 'sweeps' | 'swept' | 'sweptAt'>;

/** The sweep as it is, with what came of it counted. */
export function observeSweeps(sweep: () => Promise<SweepReport>, metrics: Metrics): () => Promise<SweepReport> {
  return async () => {
    try {
      const report = await sweep();
      for (const result of ['started', 'restarted', 'held'] as const) metrics.swept.inc({ result }, report[result]);
      metrics.sweeps.inc({ outcome: 'ok' });
      metrics.sweptAt.setToCurrentTime();
      return report;
    } catch (error) {
      metrics.sweeps.inc({ outcome: 'failed' });
      throw error;
    }
  };
}
