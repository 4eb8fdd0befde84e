import { z } from 'zod';
import { readEventFeed, readFeedEnd, type FeedPlace, type OrderEvent } from '../../db/orders/readEvents';
import { encodeCursor } from '../http/cursor';
import { makePage, pageQuery } from '../http/paging';
import { channelSeenBy } from '../orders/channelSeenBy';
import { listOf } from '../orders/orderSchema';
import { defineRoute } from '../route';
import { isAfter, placeOf, readFeedPlace } from './feedPlace';
import { followEvents } from './followEvents';
import { eventSchema, presentEvent } from './presentEvent';
import { streamHeaders, streamResponse, wantsStream } from './eventStream';

const STREAM_PAGE = 200;
const LIST = 'events';

const feedEventSchema = eventSchema
  .extend({ cursor: z.string().meta({ description: 'Goes on after this event, as `cursor` or as `Last-Event-ID`.' }) })
  .meta({ id: 'FeedEvent' });

export const listEvents = defineRoute({
  name: 'listEvents',
  method: 'get',
  path: '/v1/events',
  permission: 'orders:read',
  summary: 'The events of all orders that the key may see',
  description:
    'Oldest first, and lossless: whoever goes on from the `cursor` of the last event misses none, however many writers there are. ' +
    'With `Accept: text/event-stream` a live stream that starts now, or after the `Last-Event-ID` or `cursor` (ids of the ' +
    'stream are cursors).',
  tags: ['Events'],
  query: z.strictObject(pageQuery),
  headers: z.object(streamHeaders),
  responses: {
    200: { description: 'The events, oldest first.', ...streamResponse(listOf(feedEventSchema, 'EventList')) },
  },
  handler: async ({ query, headers }, { deps, principal, log }) => {
    const { database } = deps;
    const channel = channelSeenBy(principal);

    if (wantsStream(headers)) {
      const start =
        readPlace(headers['last-event-id'], 'Last-Event-ID') ??
        readPlace(query.cursor, 'cursor') ??
        (await readFeedEnd(database));
      return {
        stream: (_request, response) => {
          const writer = deps.streams.open(response, principal.keyId);
          void followEvents<FeedPlace, OrderEvent>(
            {
              start,
              pageSize: STREAM_PAGE,
              read: (after) => readEventFeed(database, { channel, after, limit: STREAM_PAGE }),
              shows: (event) => channel === null || event.channel === channel,
              relate: ({ place }, at) => (isAfter(place, at) ? 'next' : 'old'),
              placeOf: (event) => event.place,
              present: (event) => ({ id: cursorOf(event), type: event.type, data: presentFeedEvent(event) }),
              isLast: () => false,
              over: false,
            },
            { hub: deps.events, writer, log },
          );
        },
      };
    }

    const after = readPlace(query.cursor, 'cursor') ?? { transaction: 0, position: 0 };
    const rows = await readEventFeed(database, { channel, after, limit: query.limit + 1 });
    const page = makePage(rows, query.limit, { list: LIST, placeOf, present: presentFeedEvent });
    return { status: 200, body: page };
  },
});

const cursorOf = (event: OrderEvent): string => encodeCursor(LIST, placeOf(event));
const readPlace = (cursor: string | undefined, pointer: string) => readFeedPlace(LIST, cursor, pointer);
const presentFeedEvent = (event: OrderEvent) => ({ ...presentEvent(event), cursor: cursorOf(event) });
