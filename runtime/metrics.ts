import { collectDefaultMetrics, Registry } from 'prom-client';

/** The metrics of this process, for GET /metrics. */
export const registry = new Registry();

collectDefaultMetrics({ register: registry });
