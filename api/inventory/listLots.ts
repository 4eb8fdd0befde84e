import { z } from 'zod';
import { plainText } from '../../domain/orders/schema';
import { listLots as readPage, type StockLot } from '../../db/inventory/listLots';
import { decodeCursor } from '../http/cursor';
import { makePage, pageQuery } from '../http/paging';
import { listOf, time } from '../orders/orderSchema';
import { defineRoute } from '../route';
import { day } from './fields';

const lotSchema = z
  .object({
    sku: z.string(),
    location: z.string(),
    lot: z.string(),
    expiresOn: z.string().nullable(),
    receivedAt: time,
    onHand: z.int(),
    picked: z.int().meta({ description: 'Part of onHand: off the shelf for parcels that have not left.' }),
    damaged: z.int(),
    qualityHold: z.int(),
  })
  .meta({ id: 'StockLot' });

const NEVER = 'infinity';
const text = plainText(64).optional();
const placeSchema = z.tuple([z.union([z.iso.date(), z.literal(NEVER)]), z.string(), z.string(), z.string()]);

const presentLot = (lot: StockLot): z.infer<typeof lotSchema> => ({ ...lot, receivedAt: lot.receivedAt.toISOString() });

export const listLots = defineRoute({
  name: 'listStockLots',
  method: 'get',
  path: '/v1/stock/lots',
  permission: 'stock:read',
  summary: 'Lots that have units, those first that expire first',
  tags: ['Stock'],
  query: z.strictObject({ ...pageQuery, sku: text, location: text, expiringBefore: day.optional() }),
  responses: { 200: { description: 'One page of lots.', body: listOf(lotSchema, 'StockLotList') } },
  handler: async ({ query: { limit, cursor, ...filter } }, { deps }) => {
    const list = `lots:${JSON.stringify(filter)}`;
    const place = cursor === undefined ? undefined : decodeCursor(list, cursor, placeSchema);
    const after = place === undefined ? null : { expiry: place[0], sku: place[1], location: place[2], lot: place[3] };
    const rows = await readPage(deps.database, filter, { after, limit: limit + 1 });
    const body = makePage(rows, limit, {
      list,
      placeOf: (lot) => [lot.expiresOn ?? NEVER, lot.sku, lot.location, lot.lot],
      present: presentLot,
    });
    return { status: 200, body };
  },
});
