import { z } from 'zod';
import { Refusal } from '../../domain/failures';
import { isClosed } from '../../domain/orders/status';
import { readOrderEvents, type OrderEvent } from '../../db/orders/readEvents';
import { readOrder } from '../../db/orders/readOrder';
import { decodeCursor } from '../http/cursor';
import { makePage, pageQuery } from '../http/paging';
import { listOf, orderIdParams } from '../orders/orderSchema';
import { channelSeenBy } from '../orders/channelSeenBy';
import { defineRoute } from '../route';
import { followEvents } from './followEvents';
import { eventSchema, presentEvent } from './presentEvent';
import { streamHeaders, streamResponse, wantsStream } from './eventStream';

const STREAM_PAGE = 200;

export const listOrderEvents = defineRoute({
  name: 'listOrderEvents',
  method: 'get',
  path: '/v1/orders/{id}/events',
  permission: 'orders:read',
  summary: 'The timeline of an order',
  description:
    'Gapless: the sequence of an order’s events is 1, 2, 3 …. With `Accept: text/event-stream` a live stream that starts with the ' +
    'first event, or after the `Last-Event-ID` (a sequence), and ends with an event `end` when the order has closed.',
  tags: ['Events'],
  params: orderIdParams,
  query: z.strictObject(pageQuery),
  headers: z.object(streamHeaders),
  responses: {
    200: { description: 'The events, oldest first.', ...streamResponse(listOf(eventSchema, 'OrderEventList')) },
  },
  handler: async ({ params, query, headers }, { deps, principal, log }) => {
    const { database } = deps;
    const orderId = params.id;
    const order = await readOrder(database, orderId, channelSeenBy(principal));
    if (order === undefined) throw new Refusal('not_found', `there is no order ${orderId}`);

    if (wantsStream(headers)) {
      const start = readSequence(headers['last-event-id']);
      return {
        stream: (_request, response) => {
          const writer = deps.streams.open(response, principal.keyId);
          void followEvents<number, OrderEvent>(
            {
              start,
              pageSize: STREAM_PAGE,
              read: (after) => readOrderEvents(database, { orderId, after, limit: STREAM_PAGE }),
              shows: (event) => event.orderId === orderId,
              relate: ({ sequence }, at) => (sequence <= at ? 'old' : sequence === at + 1 ? 'next' : 'gap'),
              placeOf: (event) => event.sequence,
              present: (event) => ({ id: String(event.sequence), type: event.type, data: presentEvent(event) }),
              isLast: (event) => isClosed(event.status),
              over: isClosed(order.status),
            },
            { hub: deps.events, writer, log },
          );
        },
      };
    }

    const list = `events:${orderId}`;
    const [after] = query.cursor === undefined ? [0] : decodeCursor(list, query.cursor, z.tuple([z.int().min(0)]));
    const rows = await readOrderEvents(database, { orderId, after, limit: query.limit + 1 });
    const page = makePage(rows, query.limit, { list, placeOf: (event) => [event.sequence], present: presentEvent });
    return { status: 200, body: page };
  },
});

function readSequence(lastEventId: string | undefined): number {
  if (lastEventId === undefined) return 0;
  if (!/^\d{1,9}$/.test(lastEventId)) {
    const message = 'must be the sequence of an event';
    throw new Refusal('invalid_request', `Last-Event-ID ${message}`, {
      errors: [{ pointer: 'Last-Event-ID', message }],
    });
  }
  return Number(lastEventId);
}
