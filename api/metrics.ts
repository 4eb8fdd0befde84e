import { Counter, Gauge, Histogram, type Registry } from 'prom-client';

/**
 * What became of a request to submit an order. `accepted_later`: Temporal was away; `repeated`: the reference was known already;
 * `replayed`: answered with the kept answer of an earlier request; `refused`: the caller's fault; `failed`: ours.
 */
const SUBMISSIONS = ['accepted', 'accepted_later', 'repeated', 'replayed', 'refused', 'failed'] as const;

export interface ApiMetrics {
  registry: Registry;
  requestDuration: Histogram<'method' | 'route' | 'status'>;
  requestsInFlight: Gauge;
  refusals: Counter<'route' | 'code'>;
  submissions: Counter<'channel' | 'outcome'>;
  replays: Counter<'route'>;
  streams: Gauge;
  temporalReachable: Gauge;
}

/** The instruments of an api process; those of the database pool are made by `createPoolMetrics`. Only once for each registry. */
export function createApiMetrics(registry: Registry): ApiMetrics {
  const registers = [registry];
  const temporalReachable = new Gauge({
    name: 'oms_temporal_reachable',
    help: '0 while Temporal is known to be away: orders are recorded, and started later',
    registers,
  });
  temporalReachable.set(1);
  return {
    registry,
    requestDuration: new Histogram({
      name: 'oms_http_request_duration_seconds',
      help: 'Time from the first byte of a request to the last of its answer, by the class of its status',
      labelNames: ['method', 'route', 'status'],
      buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30],
      registers,
    }),
    requestsInFlight: new Gauge({
      name: 'oms_http_requests_in_flight',
      help: 'Requests that have not been answered in full, event streams among them',
      registers,
    }),
    refusals: new Counter({
      name: 'oms_http_refusals_total',
      help: 'Answers that are problems, by their code; rate_limited is one of them',
      labelNames: ['route', 'code'],
      registers,
    }),
    submissions: new Counter({
      name: 'oms_submissions_total',
      help: 'Requests to submit an order: accepted, accepted_later, repeated, replayed, refused, failed',
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
    temporalReachable,
  };
}

/** Has the counters of these channels begin at 0: where a counter begins with 1, Prometheus sees no increase. */
export function beginWithChannels({ submissions }: ApiMetrics, channels: readonly string[]): void {
  for (const channel of channels) for (const outcome of SUBMISSIONS) submissions.inc({ channel, outcome }, 0);
}
