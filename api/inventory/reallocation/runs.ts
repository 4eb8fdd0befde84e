import { createHash } from 'node:crypto';
import { z } from 'zod';
import { REALLOCATION_CLASSES } from '../../../domain/inventory/reallocation/classes';
import { Refusal } from '../../../domain/failures';
import { findUnknown } from '../../../db/inventory/findUnknown';
import {
  beginRun,
  listRunLines as readPage,
  readRun,
  type ReallocationRun,
} from '../../../db/inventory/reallocation/runs';
import { sku } from '../../../domain/orders/schema';
import { startReallocation } from '../../../runtime/startReallocation';
import { decodeCursor } from '../../http/cursor';
import { makePage, pageQuery } from '../../http/paging';
import { listOf, time } from '../../orders/orderSchema';
import { defineRoute } from '../../route';

const DEADLINE_MS = 3_000;
const runParams = z.object({ id: z.string().regex(/^rea_[0-9a-f]{32}$/) });

const runSchema = z
  .object({
    id: z.string(),
    status: z.enum(['running', 'completed']),
    sku: z.string().nullable().meta({ description: 'null: of every item that somebody waits for.' }),
    dryRun: z.boolean(),
    requestedBy: z.string().meta({ description: '`schedule`, or the key that asked.' }),
    gaining: z.int().meta({ description: 'Lines that get more, once it is planned.' }),
    losing: z.int().meta({ description: 'Lines that give something up.' }),
    startedAt: time,
    endedAt: time.nullable().meta({ description: 'When all that lose were asked.' }),
  })
  .meta({ id: 'ReallocationRun' });

const present = (run: ReallocationRun): z.output<typeof runSchema> => ({
  ...run,
  startedAt: run.startedAt.toISOString(),
  endedAt: run.endedAt?.toISOString() ?? null,
});

const lineSchema = z
  .object({
    sku: z.string(),
    orderId: z.string(),
    lineId: z.string(),
    class: z.enum(REALLOCATION_CLASSES),
    priority: z.int(),
    wanted: z.int().meta({ description: 'All units of the line that are in no parcel that was begun.' }),
    had: z.int().meta({ description: 'Allocated, and in no parcel that was begun.' }),
    gets: z.int().meta({ description: 'The same after the run, by its plan.' }),
    gives: z.array(z.object({ location: z.string(), units: z.int() })),
    givenUp: z
      .int()
      .nullable()
      .meta({ description: 'What the order has given up by now: less than planned where nobody wants it any more.' }),
  })
  .meta({ id: 'ReallocationLine' });

export const startReallocationRun = defineRoute({
  name: 'startReallocationRun',
  method: 'post',
  path: '/v1/reallocation/runs',
  permission: 'stock:write',
  summary: 'Re-allocate what is free and what may be lost',
  description:
    'Takes units from orders that may lose (`/v1/reallocation/classes`) for those that wait and go before. Parcels that were begun ' +
    'stay as they are; so do lines of orders that are not served in part or later. With `dryRun` nothing is changed.',
  tags: ['Stock'],
  body: z
    .strictObject({
      sku: sku.optional().meta({ description: 'Without it: every item that somebody waits for.' }),
      dryRun: z.boolean().default(false),
    })
    .meta({ id: 'NewReallocationRun' }),
  responses: { 202: { description: 'It is on record, and started.', body: runSchema } },
  failures: ['dependency_unavailable'],
  handler: async ({ body }, { deps, principal, changeId }) => {
    const { database } = deps;
    if (body.sku !== undefined && (await findUnknown(database, { skus: [body.sku] })).skus.size > 0)
      throw new Refusal('invalid_request', `there is no item ${body.sku}`, {
        errors: [{ pointer: '/sku', message: 'is not in the catalogue' }],
      });
    const runId = `rea_${createHash('sha256').update(changeId).digest('hex').slice(0, 32)}`;
    const run = { runId, dryRun: body.dryRun, requestedBy: `key:${principal.name}` };
    const options = { taskQueue: deps.config.TASK_QUEUE, deadlineMs: DEADLINE_MS };
    const input = body.sku === undefined ? run : { ...run, sku: body.sku };
    await deps.gate.pass(() => startReallocation(deps.temporal, input, options));
    await beginRun(database, { ...run, sku: body.sku ?? null });
    return { status: 202, body: present(await readRun(database, runId)) };
  },
});

export const getReallocationRun = defineRoute({
  name: 'getReallocationRun',
  method: 'get',
  path: '/v1/reallocation/runs/{id}',
  permission: 'stock:read',
  summary: 'How a re-allocation stands',
  tags: ['Stock'],
  params: runParams,
  responses: { 200: { description: 'The run.', body: runSchema } },
  handler: async ({ params: { id } }, { deps }) => ({ status: 200, body: present(await readRun(deps.database, id)) }),
});

export const listReallocationLines = defineRoute({
  name: 'listReallocationLines',
  method: 'get',
  path: '/v1/reallocation/runs/{id}/lines',
  permission: 'stock:read',
  summary: 'What each order had and gets by a re-allocation',
  description: 'By item and line: those that waited, and those that might have lost something of the same items.',
  tags: ['Stock'],
  params: runParams,
  query: z.strictObject({ ...pageQuery, sku: sku.optional() }),
  responses: { 200: { description: 'One page of lines.', body: listOf(lineSchema, 'ReallocationLineList') } },
  handler: async ({ params: { id }, query: { limit, cursor, ...filter } }, { deps }) => {
    await readRun(deps.database, id);
    const list = `reallocation-lines:${id}:${JSON.stringify(filter)}`;
    const place = cursor === undefined ? undefined : decodeCursor(list, cursor, z.tuple([z.string(), z.string()]));
    const after = place === undefined ? null : { sku: place[0], lineId: place[1] };
    const rows = await readPage(deps.database, { runId: id, ...filter }, { after, limit: limit + 1 });
    const body = makePage(rows, limit, {
      ...{ list, present: (line) => line },
      placeOf: (line) => [line.sku, line.lineId],
    });
    return { status: 200, body };
  },
});
