import express, { type Application } from 'express';
import helmet from 'helmet';
import { createPayloadCodec } from '../runtime/payloadCodec';
import { readPayloadKeys } from '../runtime/payloadKeys';
import type { ApiDeps, ApiParts } from './deps';
import { readMovementFeed } from '../db/inventory/readMovementFeed';
import { readEventFeed } from '../db/orders/readEvents';
import { createEventHub } from './events/eventHub';
import { createStreams } from './events/streams';
import { createAuthenticator } from './http/authenticate';
import { handleErrors } from './http/handleErrors';
import { createRateLimiter } from './http/limitRate';
import { startRequest } from './http/startRequest';
import { buildOpenapi } from './openapi';
import { registerRoutes } from './registerRoutes';
import { routes } from './routes';
import { createTemporalGate } from './temporalGate';

export interface Api {
  app: Application;
  /** From now on /readyz answers 503; everything else goes on. */
  drain(): void;
  /** Ends what would keep the server from closing: event streams, and what they listen to. */
  close(): void;
}

/** The whole API over what it is given; starts nothing but timers that end with `close`. */
export function createApi(deps: ApiDeps): Api {
  let draining = false;
  const gate = createTemporalGate(deps.temporal, (isOpen) => deps.metrics.temporalReachable.set(isOpen ? 1 : 0));
  const { database, log } = deps;
  const events = createEventHub({
    ...{ database, log },
    read: (after, limit) => readEventFeed(database, { channel: null, after, limit }),
  });
  const stockFeed = createEventHub({
    ...{ database, log },
    read: (after, limit) => readMovementFeed(database, { after, limit }),
  });
  const streams = createStreams({ metrics: deps.metrics });
  let document: string | undefined;
  const openapi = () => (document ??= JSON.stringify(buildOpenapi(routes)));
  const codec = createPayloadCodec(readPayloadKeys(deps.config.PAYLOAD_KEYS ?? 'none'));
  const parts: ApiParts = { ...deps, gate, events, stockFeed, streams, codec, openapi, isDraining: () => draining };

  const app = express();
  app.disable('x-powered-by');
  // The ETag of an order is its version; one over the bytes of the body would be another thing under the same name.
  app.disable('etag');
  app.set('query parser', 'simple');
  app.use(startRequest(deps));
  app.use(
    helmet({
      contentSecurityPolicy: { directives: { defaultSrc: ["'none'"], frameAncestors: ["'none'"] }, useDefaults: false },
    }),
  );
  registerRoutes(app, routes, parts, {
    authenticate: createAuthenticator(deps.database),
    limitRate: createRateLimiter(deps.config.RATE_LIMIT_PER_MINUTE),
  });
  app.use(handleErrors);

  return {
    app,
    drain: () => {
      draining = true;
    },
    close: () => {
      streams.closeAll();
      events.close();
      stockFeed.close();
      gate.close();
    },
  };
}
