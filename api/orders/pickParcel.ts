import { z } from 'zod';
import { ORDER_ID, parcelNumber, shipmentId } from '../../domain/ids';
import { Refusal } from '../../domain/failures';
import { plainText } from '../../domain/orders/schema';
import { pickParcel as pick } from '../../db/inventory/picking/pickParcel';
import { answerOnce } from '../http/answerOnce';
import { lotName, someUnits } from '../inventory/fields';
import { defineRoute } from '../route';
import { time } from './orderSchema';

const SHIPMENT_ID = /^shp_[0-9a-f]{32}_[1-9]\d{0,5}$/;
const MOST_LOTS = 1_000;

const pickSchema = z
  .strictObject({
    lots: z
      .array(z.strictObject({ sku: plainText(64), lot: lotName, units: someUnits }))
      .max(MOST_LOTS)
      .default([])
      .meta({
        description:
          'Which lots were taken, of items that are tracked by lot; of a kit its components. An item without any gets the lots ' +
          'that expire first.',
      }),
  })
  .meta({ id: 'ParcelPick' });

const pickedSchema = z
  .object({
    orderId: z.string(),
    shipmentId: z.string(),
    parcel: z.int(),
    location: z.string(),
    pickedAt: time,
    pickedBy: z.string(),
    lines: z.array(z.object({ lineId: z.string(), sku: z.string(), quantity: z.int() })),
    lots: z.array(z.object({ sku: z.string(), lot: z.string(), units: z.int() })),
  })
  .meta({ id: 'PickedParcel' });

export const pickParcel = defineRoute({
  name: 'pickParcel',
  method: 'post',
  path: '/v1/orders/{id}/parcels/{shipmentId}/pick',
  permission: 'stock:write',
  summary: 'Say that a parcel is off the shelf',
  description:
    'Its units stay on hand and reserved, and are picked until the carrier takes them or the order is cancelled. They are not given up ' +
    'to other orders. Optional: a parcel that nobody picks leaves as well. A parcel that was picked before answers the same.',
  tags: ['Orders'],
  params: z.object({
    id: z.string().regex(ORDER_ID).meta({ example: 'ord_0197f1c2a4b87c3e9d5f60718293a4b5' }),
    shipmentId: z.string().regex(SHIPMENT_ID).meta({ example: 'shp_0197f1c2a4b87c3e9d5f60718293a4b5_1' }),
  }),
  body: pickSchema,
  responses: { 200: { description: 'What was picked.', body: pickedSchema } },
  failures: ['illegal_transition', 'stock_conflict'],
  handler: ({ params, body }, context) =>
    answerOnce(context, async (transaction) => {
      const { id: orderId, shipmentId: id } = params;
      const number = parcelNumber(id);
      if (shipmentId(orderId, number) !== id) throw new Refusal('not_found', `the order has no parcel ${id}`);
      const actor = `key:${context.principal.name}`;
      const { lines, lots, location, pickedAt, pickedBy } = await pick(transaction, {
        ...{ orderId, shipmentId: id, number, actor },
        lots: body.lots,
      });
      if (pickedAt === null || pickedBy === null) throw new Error(`the parcel ${id} was not picked`);
      const picked = { location, pickedAt: pickedAt.toISOString(), pickedBy, lines, lots };
      return { status: 200, body: { orderId, shipmentId: id, parcel: number, ...picked } };
    }),
});
