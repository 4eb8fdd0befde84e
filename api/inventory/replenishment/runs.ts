import { createHash } from 'node:crypto';
import { z } from 'zod';
import { beginRun, readRun, type ReplenishmentRun } from '../../../db/inventory/replenishment/runs';
import { startReplenishment } from '../../../runtime/startReplenishment';
import { DEMAND_WINDOW_DAYS } from '../../../workflows/inventory/messages';
import { time } from '../../orders/orderSchema';
import { defineRoute } from '../../route';

const DEADLINE_MS = 3_000;

const runSchema = z
  .object({
    id: z.string(),
    status: z.enum(['running', 'completed', 'failed']).meta({ description: '`failed`: it has not ended in its time.' }),
    requestedBy: z.string().meta({ description: '`schedule`, or the key that asked.' }),
    windowDays: z.int(),
    rules: z.int().meta({ description: 'How many it has looked at, once it is completed.' }),
    suggestions: z.int(),
    startedAt: time,
    endedAt: time.nullable(),
  })
  .meta({ id: 'ReplenishmentRun' });

const present = (run: ReplenishmentRun): z.output<typeof runSchema> => ({
  ...run,
  startedAt: run.startedAt.toISOString(),
  endedAt: run.endedAt?.toISOString() ?? null,
});

export const startRun = defineRoute({
  name: 'startReplenishmentRun',
  method: 'post',
  path: '/v1/replenishment/runs',
  permission: 'stock:write',
  summary: 'Hold stock against the rules now',
  description:
    'As it happens every night at `REPLENISH_AT`. Open suggestions of earlier runs make way for those of this one.',
  tags: ['Replenishment'],
  body: z
    .strictObject({
      windowDays: z
        .int()
        .min(7)
        .max(366)
        .default(DEMAND_WINDOW_DAYS)
        .meta({ description: 'Over how many days demand is measured.' }),
    })
    .meta({ id: 'NewReplenishmentRun' }),
  responses: { 202: { description: 'It is on record, and started.', body: runSchema } },
  failures: ['dependency_unavailable'],
  handler: async ({ body: { windowDays } }, { deps, principal, changeId }) => {
    const runId = `rpl_${createHash('sha256').update(changeId).digest('hex').slice(0, 32)}`;
    const run = { runId, windowDays, requestedBy: `key:${principal.name}` };
    const options = { taskQueue: deps.config.TASK_QUEUE, deadlineMs: DEADLINE_MS };
    await deps.gate.pass(() => startReplenishment(deps.temporal, run, options));
    await beginRun(deps.database, run);
    return { status: 202, body: present(await readRun(deps.database, runId)) };
  },
});

export const getRun = defineRoute({
  name: 'getReplenishmentRun',
  method: 'get',
  path: '/v1/replenishment/runs/{id}',
  permission: 'stock:read',
  summary: 'How a run stands',
  tags: ['Replenishment'],
  params: z.object({ id: z.string().regex(/^rpl_[0-9a-f]{32}$/) }),
  responses: { 200: { description: 'The run.', body: runSchema } },
  handler: async ({ params: { id } }, { deps }) => ({ status: 200, body: present(await readRun(deps.database, id)) }),
});
