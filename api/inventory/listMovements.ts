import { z } from 'zod';
import { plainText } from '../../domain/orders/schema';
import { listMovements as readPage, type StockMovement } from '../../db/inventory/listMovements';
import { decodeCursor } from '../http/cursor';
import { makePage, pageQuery } from '../http/paging';
import { listOf, time } from '../orders/orderSchema';
import { defineRoute } from '../route';

export const movementSchema = z
  .object({
    id: z.int(),
    sku: z.string(),
    location: z.string(),
    onHandDelta: z.int(),
    reservedDelta: z.int(),
    pickedDelta: z.int(),
    damagedDelta: z.int(),
    qualityHoldDelta: z.int(),
    incomingDelta: z.int(),
    lot: z.string().nullable(),
    reason: z.string().meta({ example: 'allocated' }),
    document: z.string().nullable().meta({ description: 'An order’s id, a delivery note, a count sheet.' }),
    actor: z.string(),
    at: time,
  })
  .meta({ id: 'StockMovement' });

export const presentMovement = ({ at, ...movement }: StockMovement): z.output<typeof movementSchema> => ({
  ...movement,
  at: at.toISOString(),
});

const text = plainText(100).optional();

export const listMovements = defineRoute({
  name: 'listStockMovements',
  method: 'get',
  path: '/v1/stock/movements',
  permission: 'stock:read',
  summary: 'The stock ledger, newest first',
  description: 'Append-only: every level is the sum of its movements.',
  tags: ['Stock'],
  query: z.strictObject({ ...pageQuery, sku: text, location: text, document: text }),
  responses: { 200: { description: 'One page of movements.', body: listOf(movementSchema, 'StockMovementList') } },
  handler: async ({ query: { limit, cursor, ...filter } }, { deps }) => {
    const list = `movements:${JSON.stringify(filter)}`;
    const place = cursor === undefined ? undefined : decodeCursor(list, cursor, z.tuple([z.int().min(0)]));
    const rows = await readPage(deps.database, filter, { before: place?.[0] ?? null, limit: limit + 1 });
    const body = makePage(rows, limit, {
      list,
      placeOf: (movement) => [movement.id],
      present: presentMovement,
    });
    return { status: 200, body };
  },
});
