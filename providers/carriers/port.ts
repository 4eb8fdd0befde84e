import type { IncomingHttpHeaders } from 'node:http';

export interface Address {
  name: string;
  line1: string;
  line2?: string | undefined;
  city: string;
  postalCode: string;
  /** ISO 3166-1 alpha-2. */
  country: string;
}

export interface BookRequest {
  /** Made by the order's workflow; the carrier books once per key. */
  key: string;
  orderId: string;
  shipmentId: string;
  service: string;
  from: Address;
  to: Address;
  parcel: { items: { sku: string; quantity: number }[] };
}

export interface Booking {
  /** The carrier's own id of the shipment. */
  reference: string;
  carrier: string;
  service: string;
  trackingNumber: string;
  trackingUrl: string;
  labelUrl: string;
}

export interface Rate {
  service: string;
  /** Integer minor units. */
  amount: number;
  currency: string;
  estimatedDays: number;
}

/** How far a parcel is, in the order in which a carrier reports it. */
export type TrackingStatus = 'booked' | 'picked_up' | 'in_transit' | 'out_for_delivery' | 'delivered' | 'cancelled';

export interface TrackingEvent {
  /** The carrier's id of this event; the same on every repeat. */
  eventId: string;
  /** Our own shipment id, given at booking. */
  shipmentId: string;
  trackingNumber: string;
  status: TrackingStatus;
  /** ISO 8601, UTC. */
  at: string;
  note?: string | undefined;
}

/**
 * A carrier.
 * @throws {ProviderUnavailable} outcome unknown; repeat with the same key, or look it up.
 * @throws {ProviderRejected} the carrier did not act and never will (bad address, unknown service).
 */
export interface Carrier {
  readonly name: string;
  rates(request: Pick<BookRequest, 'from' | 'to' | 'parcel'>): Promise<Rate[]>;
  book(request: BookRequest): Promise<Booking>;
  /** The booking made under this key; undefined when the carrier never saw it. */
  find(key: string): Promise<Booking | undefined>;
  /** Refused once the parcel is on its way. Cancelling what is cancelled already succeeds. */
  cancel(request: {
    key: string;
    orderId: string;
    reference: string;
  }): Promise<{ cancelled: true } | { cancelled: false; reason: string }>;
  track(reference: string): Promise<TrackingEvent[]>;
  /**
   * Checks the signature and age of a callback over its raw body and reads its events.
   * @throws {CallbackRefused} when it does not come from the carrier, or is too old.
   * @throws {CallbackUnreadable} when it does come from the carrier, and makes no sense.
   */
  readCallback(headers: IncomingHttpHeaders, rawBody: Buffer, now: Date): TrackingEvent[];
}

/** The callback is not the carrier's own, or is too old. */
export class CallbackRefused extends Error {
  override readonly name: string = 'CallbackRefused';
}

/** The callback is the carrier's own, and tells what we have no word for, such as a new status: nothing is taken from it. */
export class CallbackUnreadable extends CallbackRefused {
  override readonly name = 'CallbackUnreadable';
}
