import type { Logger } from 'pino';
import type { Database } from '../db/connection';
import type { FollowedMovement } from '../db/inventory/readMovementFeed';
import type { OrderEvent } from '../db/orders/readEvents';
import type { Carrier } from '../providers/carriers/port';
import type { Config } from '../runtime/settings';
import type { OrderPayloadCodec } from '../runtime/payloadCodec';
import type { TemporalConnection } from '../runtime/temporal';
import type { EventHub } from './events/eventHub';
import type { Streams } from './events/streams';
import type { ApiMetrics } from './metrics';
import type { TemporalGate } from './temporalGate';

/** What an api process is made of. */
export interface ApiDeps {
  database: Database;
  temporal: TemporalConnection;
  config: Config;
  log: Logger;
  /** By the name in the address that they call back. */
  carriers: Readonly<Record<string, Carrier>>;
  metrics: ApiMetrics;
}

/** What its routes share besides. */
export interface ApiParts extends ApiDeps {
  gate: TemporalGate;
  events: EventHub<OrderEvent>;
  stockFeed: EventHub<FollowedMovement>;
  streams: Streams;
  /** How Temporal keeps what orders are given and what they answer. */
  codec: OrderPayloadCodec;
  /** True from the moment the process is told to end: no new work should be sent to it. */
  isDraining(): boolean;
  /** The OpenAPI document of the routes, as JSON text. */
  openapi(): string;
}
