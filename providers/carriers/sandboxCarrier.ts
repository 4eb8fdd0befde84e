import { z } from 'zod';
import { ProviderRejected } from '../failures';
import { createHttpClient, type HttpReply } from '../http';
import { verifyWebhook } from '../verifyWebhook';
import { CallbackRefused, CallbackUnreadable, type Booking, type Carrier } from './port';

const text = (max: number) => z.string().min(1).max(max);
const webUrl = z.url({ protocol: /^https?$/ }).max(2000);
const status = z.enum(['booked', 'picked_up', 'in_transit', 'out_for_delivery', 'delivered', 'cancelled']);
const at = z.iso.datetime();

const bookingSchema = z.object({
  reference: text(200),
  carrier: text(100),
  service: text(100),
  trackingNumber: text(100),
  trackingUrl: webUrl,
  labelUrl: webUrl,
});
const ratesSchema = z.object({
  data: z.array(
    z.object({
      service: text(100),
      amount: z.int().nonnegative(),
      currency: z.string().regex(/^[A-Z]{3}$/),
      estimatedDays: z.int().nonnegative(),
    }),
  ),
});
const trackingSchema = z.object({
  shipmentId: text(200),
  trackingNumber: text(100),
  events: z.array(z.object({ eventId: text(200), status, at })),
});
const callbackSchema = z.object({
  eventId: text(200),
  shipmentId: text(200),
  trackingNumber: text(100),
  status,
  at,
  note: z.string().max(1000).optional(),
});
const cancelledSchema = z.object({ status: z.literal('cancelled') });
const refusedSchema = z.object({ code: z.string().regex(/^[a-z0-9_.-]{1,64}$/), reason: text(100).optional() });
const unknownKeySchema = z.object({ code: z.literal('unknown_key') });

const NOT_FOUND = 404;
const CONFLICT = 409;

interface Options {
  url: string;
  key: string;
  /** The secret that the carrier signs its callbacks with. */
  webhookSecret: string;
  timeoutMs?: number;
}

/** The sandbox's carrier. */
export function createSandboxCarrier({ url, key, webhookSecret, timeoutMs }: Options): Carrier {
  const http = createHttpClient({ name: 'carrier', url, key, timeoutMs });
  const readBooking = (reply: HttpReply): Booking => reply.read(bookingSchema);

  return {
    name: 'sandbox',

    async rates({ from, to, parcel }) {
      const reply = await http.send({ method: 'POST', path: '/carrier/rates', body: { from, to, parcel } });
      return reply.read(ratesSchema).data;
    },

    async book({ key: bookingKey, ...body }) {
      return readBooking(await http.send({ method: 'POST', path: '/carrier/shipments', key: bookingKey, body }));
    },

    async find(bookingKey) {
      const path = `/carrier/shipments/by-key/${encodeURIComponent(bookingKey)}`;
      const reply = await http.send({ method: 'GET', path, answers: [NOT_FOUND] });
      if (reply.status !== NOT_FOUND) return readBooking(reply);
      // Only the carrier's own word will do: a 404 of a proxy in between must not pass for "never booked".
      reply.read(unknownKeySchema);
      return undefined;
    },

    async cancel({ key: cancelKey, orderId, reference }) {
      const path = `/carrier/shipments/${encodeURIComponent(reference)}/cancel`;
      const call = { method: 'POST', path, key: cancelKey, body: { orderId }, answers: [CONFLICT] } as const;
      const reply = await http.send(call);
      if (reply.status === CONFLICT) {
        const { code, reason } = reply.read(refusedSchema);
        // Without a reason it is no word on the parcel, but a request that was wrong.
        if (reason === undefined) throw new ProviderRejected(`carrier POST ${path}: refused with 409 ${code}`, code);
        return { cancelled: false, reason };
      }
      reply.read(cancelledSchema);
      return { cancelled: true };
    },

    async track(reference) {
      const path = `/carrier/shipments/${encodeURIComponent(reference)}`;
      const { shipmentId, trackingNumber, events } = (await http.send({ method: 'GET', path })).read(trackingSchema);
      return events.map((event) => ({ ...event, shipmentId, trackingNumber }));
    },

    readCallback(headers, rawBody, now) {
      const problem = verifyWebhook({ headers, rawBody, secret: webhookSecret, now });
      if (problem) throw new CallbackRefused(problem);
      const parsed = callbackSchema.safeParse(parseJson(rawBody));
      if (!parsed.success) throw new CallbackUnreadable('the body is not a tracking event');
      return [parsed.data];
    },
  };
}

function parseJson(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString('utf8'));
  } catch {
    return undefined;
  }
}
