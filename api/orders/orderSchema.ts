import { z } from 'zod';
import { ORDER_ID } from '../../domain/ids';
import { ORDER_ACTIONS } from '../../domain/orders/actions';
import { HOLD_TYPE_NAMES } from '../../domain/orders/holds';
import { FULFILMENT_STATUSES, ORDER_STATUSES, PAYMENT_STATUSES } from '../../domain/orders/status';

export const orderIdParams = z.object({
  id: z.string().regex(ORDER_ID).meta({ example: 'ord_0197f1c2a4b87c3e9d5f60718293a4b5' }),
});

export const time = z.string().meta({ format: 'date-time', example: '2026-03-01T12:00:00.000Z' });
const minorUnits = z.int().meta({ description: 'Integer minor units of the order’s currency.' });
const units = z.int().min(0);

export const waitingForSchema = z
  .object({
    what: z.string(),
    owner: z.string().meta({ description: 'Who has to act: system, customer, carrier or operations.' }),
    until: time
      .nullable()
      .meta({ description: 'When the order counts as late. null: not known before its first step.' }),
  })
  .meta({ id: 'WaitingFor' });

const addressSchema = z
  .object({
    name: z.string(),
    line1: z.string(),
    line2: z.string().optional(),
    city: z.string(),
    postalCode: z.string(),
    country: z.string(),
  })
  .meta({ id: 'OrderAddress' });

const lineSchema = z
  .object({
    id: z.string(),
    sku: z.string(),
    name: z.string(),
    quantity: units,
    unitPrice: minorUnits,
    allocated: units.meta({ description: 'Reserved and not yet dispatched.' }),
    backordered: units.meta({ description: 'Not there; the order waits for them.' }),
    fulfilled: units.meta({ description: 'Handed over for dispatch.' }),
    shipped: units,
    delivered: units,
    cancelled: units,
    returned: units,
    firstPromisedAt: time.nullable().meta({ description: 'By when its missing units were expected at first.' }),
    promisedAt: time.nullable().meta({
      description:
        'By when they are expected now, or were when the last came; null: nobody knows, or none were missing.',
    }),
  })
  .meta({ id: 'OrderLine', description: 'Where each unit of the line is.' });

const paymentSchema = z
  .object({
    id: z.string(),
    method: z.string(),
    provider: z.string(),
    status: z.enum(['pending', 'authorized', 'captured', 'voided', 'declined', 'partly_refunded', 'refunded']),
    amount: minorUnits,
    authorized: minorUnits,
    captured: minorUnits,
    voided: minorUnits,
    refunded: minorUnits,
    declined: z.object({ code: z.string().nullable(), message: z.string().nullable() }).nullable(),
    createdAt: time,
  })
  .meta({ id: 'OrderPayment' });

const allocationSchema = z
  .object({
    lineId: z.string(),
    parcel: z.int().min(1).meta({ description: 'The number of the parcel, and of its shipment.' }),
    location: z.string(),
    quantity: units,
    state: z.enum(['allocated', 'shipped']),
    pickedAt: time.nullable().meta({ description: 'When it was taken off the shelf; null: nobody has said so.' }),
  })
  .meta({ id: 'OrderAllocation' });

const shipmentSchema = z
  .object({
    id: z.string(),
    status: z.string().meta({ example: 'in_transit' }),
    location: z.string(),
    service: z.string(),
    carrier: z.string().nullable(),
    trackingNumber: z.string().nullable(),
    trackingUrl: z.string().nullable(),
    labelUrl: z.string().nullable(),
    lines: z.array(z.object({ lineId: z.string(), sku: z.string(), quantity: units })),
    tracking: z
      .array(z.object({ status: z.string(), at: time, note: z.string().nullable() }))
      .meta({ description: 'What the carrier has reported, oldest first.' }),
    createdAt: time,
    updatedAt: time,
  })
  .meta({ id: 'OrderShipment' });

export const orderSchema = z
  .object({
    id: z.string(),
    reference: z.string(),
    channel: z.string(),
    status: z.enum(ORDER_STATUSES),
    statusReason: z.string().nullable(),
    paymentStatus: z.enum(PAYMENT_STATUSES),
    fulfilmentStatus: z.enum(FULFILMENT_STATUSES),
    currency: z.string(),
    totals: z.object({
      items: minorUnits,
      shipping: minorUnits,
      discount: minorUnits,
      tax: minorUnits,
      grand: minorUnits,
      paid: minorUnits.meta({ description: 'Captured.' }),
      refunded: minorUnits,
    }),
    customer: z.object({ email: z.string(), name: z.string(), phone: z.string().nullable() }),
    shippingAddress: addressSchema,
    shipping: z.object({ method: z.string(), price: minorUnits }),
    lines: z.array(lineSchema),
    allocations: z.array(allocationSchema).meta({ description: 'Where its units come from, parcel by parcel.' }),
    payments: z.array(paymentSchema),
    shipments: z.array(shipmentSchema),
    holds: z
      .array(
        z.object({
          id: z.string(),
          type: z.enum(HOLD_TYPE_NAMES),
          reason: z.string(),
          placedBy: z.string(),
          placedAt: time,
        }),
      )
      .meta({ description: 'The open ones.' }),
    attention: z.string().nullable().meta({ description: 'What a person has to settle.' }),
    allowedActions: z.array(z.enum(ORDER_ACTIONS)),
    waitingFor: waitingForSchema.nullable(),
    priority: z.int().meta({ description: 'Of orders that wait for an item the higher one is served first.' }),
    metadata: z.record(z.string(), z.string()),
    version: z.int(),
    createdAt: time,
    updatedAt: time,
    workflow: z.object({ id: z.string(), url: z.string().meta({ description: 'Its page in the Temporal Web UI.' }) }),
    detail: z
      .string()
      .optional()
      .meta({ description: 'With a 202: what will happen later, and that nothing more has to be done.' }),
  })
  .meta({ id: 'Order' });

export type OrderView = z.infer<typeof orderSchema>;

export const listOf = <S extends z.ZodType>(item: S, id: string) =>
  z.object({ data: z.array(item), nextCursor: z.string().nullable() }).meta({ id });
