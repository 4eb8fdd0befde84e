import { z } from 'zod';
import { readFeedEnd, type FeedPlace } from '../../db/orders/readEvents';
import { readMovementFeed, type FollowedMovement } from '../../db/inventory/readMovementFeed';
import { isAfter, placeOf, readFeedPlace } from '../events/feedPlace';
import { followEvents } from '../events/followEvents';
import { streamHeaders, streamResponse, wantsStream } from '../events/eventStream';
import { encodeCursor } from '../http/cursor';
import { makePage, pageQuery } from '../http/paging';
import { listOf } from '../orders/orderSchema';
import { defineRoute } from '../route';
import { movementSchema, presentMovement } from './listMovements';

const STREAM_PAGE = 200;
const LIST = 'stock-feed';

const followedSchema = movementSchema
  .extend({
    cursor: z.string().meta({ description: 'Goes on after this movement, as `cursor` or as `Last-Event-ID`.' }),
  })
  .meta({ id: 'FollowedStockMovement' });

export const followMovements = defineRoute({
  name: 'followStockMovements',
  method: 'get',
  path: '/v1/stock/feed',
  permission: 'stock:read',
  summary: 'The stock ledger as a feed, oldest first',
  description:
    'Lossless: whoever goes on from the `cursor` of the last movement misses none, however many writers there are, and whoever adds ' +
    'them up has every level. A movement may be shown a moment later than it was made. With `Accept: text/event-stream` a live stream ' +
    'of events `stock.moved` that starts now, or after the `Last-Event-ID` or `cursor` (ids of the stream are cursors).',
  tags: ['Stock'],
  query: z.strictObject(pageQuery),
  headers: z.object(streamHeaders),
  responses: {
    200: {
      description: 'The movements, oldest first.',
      ...streamResponse(listOf(followedSchema, 'FollowedStockMovementList')),
    },
  },
  handler: async ({ query, headers }, { deps, principal, log }) => {
    const { database } = deps;
    if (wantsStream(headers)) {
      const start =
        readFeedPlace(LIST, headers['last-event-id'], 'Last-Event-ID') ??
        readFeedPlace(LIST, query.cursor, 'cursor') ??
        (await readFeedEnd(database));
      return {
        stream: (_request, response) => {
          const writer = deps.streams.open(response, principal.keyId);
          void followEvents<FeedPlace, FollowedMovement>(
            {
              start,
              pageSize: STREAM_PAGE,
              read: (after) => readMovementFeed(database, { after, limit: STREAM_PAGE }),
              shows: () => true,
              relate: ({ place }, at) => (isAfter(place, at) ? 'next' : 'old'),
              placeOf: ({ place }) => place,
              present: (movement) => ({ id: cursorOf(movement), type: 'stock.moved', data: present(movement) }),
              isLast: () => false,
              over: false,
            },
            { hub: deps.stockFeed, writer, log },
          );
        },
      };
    }
    const after = readFeedPlace(LIST, query.cursor, 'cursor') ?? { transaction: 0, position: 0 };
    const rows = await readMovementFeed(database, { after, limit: query.limit + 1 });
    return { status: 200, body: makePage(rows, query.limit, { list: LIST, placeOf, present }) };
  },
});

const cursorOf = (movement: FollowedMovement): string => encodeCursor(LIST, placeOf(movement));
const present = ({ place, ...movement }: FollowedMovement) => ({
  ...presentMovement(movement),
  cursor: cursorOf({ place, ...movement }),
});
