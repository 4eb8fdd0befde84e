import { Counter, Gauge, Histogram, type Registry } from 'prom-client';

export interface ApiMetrics {
  registry: Registry;
  requestDuration: Histogram<'method' | 'route' | 'status'>;
  /** `outcome`: started, later (Temporal was away), known (a repeat under the same reference). */
  ordersAccepted: Counter<'channel' | 'outcome'>;
  replays: Counter<'route'>;
  streams: Gauge;
}

/** The instruments of an api process. Only once for each registry. */
export function createApiMetrics(registry: Registry): ApiMetrics {
  const registers = [registry];
  return {
    registry,
    requestDuration: new Histogram({
      name: 'oms_http_request_duration_seconds',
      help: 'Time from the first byte of a request to the last of its answer',
      labelNames: ['method', 'route', 'status'],
      buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30],
      registers,
    }),
    ordersAccepted: new Counter({
      name: 'oms_orders_accepted_total',
      help: 'Orders that were acknowledged to their channel',
      labelNames: ['channel', 'outcome'],
      registers,
    }),
    replays: new Counter({
      name: 'oms_idempotent_replays_total',
      help: 'Requests that were answered with the kept answer of an earlier one',
      labelNames: ['route'],
      registers,
    }),
    streams: new Gauge({ name: 'oms_event_streams', help: 'Event streams that are open', registers }),
  };
}
