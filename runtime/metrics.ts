import { collectDefaultMetrics, Gauge, Registry } from 'prom-client';

/** The metrics of this process. What is in it beside those of Node stands in `api/metrics.ts` and `worker/metrics.ts`. */
export const registry = new Registry();

collectDefaultMetrics({ register: registry });

/** Connections to Postgres, as the pool of this process has them at the moment. */
export interface PoolState {
  used: number;
  idle: number;
  /** Statements that wait for a connection. */
  waiting: number;
  max: number;
}

/** The pool is looked at when somebody asks, and only then. Only once for each registry. */
export function createPoolMetrics(registry: Registry, readPool: () => PoolState): void {
  const registers = [registry];
  new Gauge({
    name: 'oms_database_pool_connections',
    help: 'Connections to Postgres of this process: used, idle',
    labelNames: ['state'],
    registers,
    collect() {
      const { used, idle } = readPool();
      this.set({ state: 'used' }, used);
      this.set({ state: 'idle' }, idle);
    },
  });
  new Gauge({
    name: 'oms_database_pool_max_connections',
    help: 'Connections to Postgres that this process holds at most: DATABASE_POOL',
    registers,
    collect() {
      this.set(readPool().max);
    },
  });
  new Gauge({
    name: 'oms_database_pool_waiting',
    help: 'Pieces of work of this process that wait for a connection to Postgres',
    registers,
    collect() {
      this.set(readPool().waiting);
    },
  });
}
