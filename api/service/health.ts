import { z } from 'zod';
import type { Database } from '../../db/connection';
import { findPendingMigrations } from '../../db/migrate';
import type { ApiParts } from '../deps';
import { defineRoute, type Route } from '../route';

const LIMIT_MS = 1_500;

export const getHealth = defineRoute({
  name: 'getHealth',
  method: 'get',
  path: '/healthz',
  permission: 'public',
  summary: 'Whether the process lives',
  description: 'Says nothing of what it relies on: a process is not to be restarted because its database is away.',
  tags: ['Service'],
  responses: { 200: { description: 'It lives.', body: z.object({ status: z.literal('ok') }).meta({ id: 'Health' }) } },
  handler: async () => ({ status: 200, body: { status: 'ok' } }),
});

const check = z.enum(['up', 'down']);
const readinessSchema = z
  .object({
    status: z.enum(['ready', 'degraded', 'not_ready', 'draining']),
    checks: z.object({
      database: check,
      migrations: z.enum(['applied', 'pending', 'unknown']),
      temporal: check,
    }),
  })
  .meta({ id: 'Readiness' });

type Readiness = z.infer<typeof readinessSchema>;

export const getReadiness: Route = defineRoute({
  name: 'getReadiness',
  method: 'get',
  path: '/readyz',
  permission: 'public',
  summary: 'Whether the process should be sent requests',
  description:
    'Ready with a database that is up to date. Without Temporal it is `degraded` and still answers 200: orders are taken and start ' +
    'later, which a load balancer that took the process out would make impossible. 503 from the moment it is told to end.',
  tags: ['Service'],
  responses: {
    200: { description: 'It should.', body: readinessSchema },
    503: { description: 'It should not.', body: readinessSchema },
  },
  handler: async (_input, { deps }) => {
    const [migrations, temporal] = await Promise.all([
      within(LIMIT_MS, lookAtMigrations(deps.database), 'unreachable' as const),
      within(LIMIT_MS, deps.temporal.isUp(), false),
    ]);
    const status = judge(deps, migrations, temporal);
    const body: Readiness = {
      status,
      checks: {
        database: migrations === 'unreachable' ? 'down' : 'up',
        migrations: migrations === 'unreachable' ? 'unknown' : migrations,
        temporal: temporal ? 'up' : 'down',
      },
    };
    return { status: status === 'ready' || status === 'degraded' ? 200 : 503, body };
  },
});

function judge(
  deps: ApiParts,
  migrations: 'applied' | 'pending' | 'unreachable',
  temporal: boolean,
): Readiness['status'] {
  if (deps.isDraining()) return 'draining';
  if (migrations !== 'applied') return 'not_ready';
  return temporal ? 'ready' : 'degraded';
}

/** Databases that had all migrations of this build: they never lose one, so one look is enough. */
const upToDate = new WeakSet<Database>();

async function lookAtMigrations(database: Database): Promise<'applied' | 'pending'> {
  if (upToDate.has(database)) {
    await database.raw('SELECT 1');
    return 'applied';
  }
  if ((await findPendingMigrations(database)).length > 0) return 'pending';
  upToDate.add(database);
  return 'applied';
}

async function within<T>(limitMs: number, work: Promise<T>, otherwise: T): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<T>((resolve) => {
    timer = setTimeout(() => resolve(otherwise), limitMs);
  });
  try {
    return await Promise.race([work.catch(() => otherwise), late]);
  } finally {
    clearTimeout(timer);
  }
}
