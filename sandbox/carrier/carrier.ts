import { randomBytes, randomUUID } from 'node:crypto';
import { openJournal, type Position } from '../journal';
import type { Ledger } from '../ledger';
import { Refusal } from '../refusal';
import { SERVICES, UNDELIVERABLE_POSTAL_CODE, type BookBody, type Service } from './schema';

export type Status = 'booked' | 'picked_up' | 'in_transit' | 'out_for_delivery' | 'delivered' | 'cancelled';

export interface ShipmentEvent {
  /** The same on every repeat and after every restart. */
  eventId: string;
  status: Status;
  at: string;
}

export interface Shipment {
  reference: string;
  orderId: string;
  shipmentId: string;
  service: Service;
  trackingNumber: string;
  events: ShipmentEvent[];
  /** Movements which the receiver of the callbacks has not yet taken. */
  untold: ShipmentEvent[];
  /** Where the booking stands in the file; the addresses stay there, out of memory. */
  position: Position;
}

interface Booked extends Omit<BookBody, 'service'> {
  type: 'booked';
  at: string;
  sequence: number;
  key: string;
  fingerprint: string;
  reference: string;
  trackingNumber: string;
  service: Service;
}
type JournalRecord =
  | Booked
  | { type: 'moved'; reference: string; eventId: string; status: Status; at: string }
  | { type: 'cancelled'; reference: string; at: string; sequence: number; key: string; fingerprint: string }
  | { type: 'told'; reference: string; eventId: string };

export type Carrier = ReturnType<typeof createCarrier>;

/**
 * The rules of the carrier over its own file; what moves the parcels is `createMovement`. Each call is decided and
 * recorded without awaiting anything. Kept in memory: a shipment without its addresses (some 1 KB).
 */
export function createCarrier({ path, ledger }: { path: string; ledger: Ledger }) {
  const shipments = new Map<string, Shipment>();
  const byTracking = new Map<string, Shipment>();
  const byKey = new Map<string, { fingerprint: string; shipment: Shipment; booked: boolean }>();
  const journal = openJournal<JournalRecord>(path, remember);

  function remember(record: JournalRecord, position: Position): void {
    if (record.type === 'booked') {
      const { reference, orderId, shipmentId, service, trackingNumber, key, fingerprint, at } = record;
      const events: ShipmentEvent[] = [{ eventId: `evt_${reference}_booked`, status: 'booked', at }];
      const ids = { reference, orderId, shipmentId, service, trackingNumber };
      const shipment: Shipment = { ...ids, events, untold: [], position };
      shipments.set(reference, shipment);
      byTracking.set(trackingNumber, shipment);
      byKey.set(key, { fingerprint, shipment, booked: true });
      addToLedger('book_shipment', shipment, record);
      return;
    }
    const shipment = mustFind(record.reference);
    if (record.type === 'told') {
      shipment.untold = shipment.untold.filter(({ eventId }) => eventId !== record.eventId);
    } else if (record.type === 'moved') {
      const event = { eventId: record.eventId, status: record.status, at: record.at };
      shipment.events.push(event);
      shipment.untold.push(event);
    } else {
      shipment.events.push({ eventId: `evt_${record.reference}_cancelled`, status: 'cancelled', at: record.at });
      byKey.set(record.key, { fingerprint: record.fingerprint, shipment, booked: false });
      addToLedger('cancel_shipment', shipment, record);
    }
  }

  function addToLedger(
    effect: 'book_shipment' | 'cancel_shipment',
    { orderId, reference }: Shipment,
    { sequence, at, key }: { sequence: number; at: string; key: string },
  ): void {
    const nothing = { amount: null, currency: null };
    ledger.add({
      sequence,
      at,
      provider: 'carrier',
      effect,
      orderId,
      key,
      ...nothing,
      outcome: 'succeeded',
      reference,
    });
  }

  function record(entry: JournalRecord): void {
    remember(entry, journal.append(entry));
  }

  function mustFind(reference: string): Shipment {
    const shipment = shipments.get(reference);
    if (!shipment) throw new Refusal(404, 'unknown_shipment', 'There is no such shipment');
    return shipment;
  }

  function replay(key: string, fingerprint: string): Shipment | undefined {
    const before = byKey.get(key);
    if (before && before.fingerprint !== fingerprint)
      throw new Refusal(422, 'idempotency_key_reused', 'This Idempotency-Key was used for another request');
    return before?.shipment;
  }

  return {
    book(key: string, body: BookBody): { shipment: Shipment; replayed: boolean } {
      const fingerprint = fingerprintOf('book', body);
      const before = replay(key, fingerprint);
      if (before) return { shipment: before, replayed: true };
      const service = SERVICES.find((known) => known === body.service);
      if (!service) throw new Refusal(422, 'unknown_service', `The services are ${SERVICES.join(', ')}`);
      if (body.to.postalCode === UNDELIVERABLE_POSTAL_CODE)
        throw new Refusal(422, 'address_undeliverable', 'There is no delivery to this address');
      const reference = `ship_${randomUUID().replaceAll('-', '')}`;
      const trackingNumber = `SBX${randomBytes(8).readBigUInt64BE().toString().padStart(20, '0')}`;
      const made = { at: new Date().toISOString(), sequence: ledger.nextSequence(), reference, trackingNumber };
      record({ ...body, type: 'booked', key, fingerprint, service, ...made });
      return { shipment: mustFind(reference), replayed: false };
    },

    /** Cancels before the pick-up. What is cancelled already stays so, and is not cancelled a second time. */
    cancel(key: string, reference: string, orderId: string | undefined): { shipment: Shipment; replayed: boolean } {
      const fingerprint = fingerprintOf('cancel', { reference });
      const before = replay(key, fingerprint);
      if (before) return { shipment: before, replayed: true };
      const shipment = mustFind(reference);
      if (orderId !== undefined && orderId !== shipment.orderId)
        throw new Refusal(409, 'order_mismatch', 'The shipment belongs to another order');
      const status = statusOf(shipment);
      if (status === 'cancelled') return { shipment, replayed: true };
      if (status !== 'booked')
        throw new Refusal(409, 'picked_up', 'The parcel was picked up already', { reason: 'picked_up' });
      const at = new Date().toISOString();
      record({ type: 'cancelled', reference, at, sequence: ledger.nextSequence(), key, fingerprint });
      return { shipment, replayed: false };
    },

    /** Moves the parcel by one step; undefined when it has reached its end. */
    advance(reference: string): ShipmentEvent | undefined {
      const shipment = mustFind(reference);
      const status = nextStatus(shipment);
      if (!status) return undefined;
      const event = { eventId: `evt_${reference}_${status}`, status, at: new Date().toISOString() };
      record({ type: 'moved', reference, ...event });
      return event;
    },

    /** Notes that the receiver has taken this event; it is not sent again after a restart. */
    noteTold(reference: string, eventId: string): void {
      record({ type: 'told', reference, eventId });
    },

    find: (reference: string): Shipment => mustFind(reference),
    findByKey: (key: string): Shipment | undefined => {
      const found = byKey.get(key);
      return found?.booked ? found.shipment : undefined;
    },
    findByTracking: (trackingNumber: string): Shipment | undefined => byTracking.get(trackingNumber),
    list: (): Iterable<Shipment> => shipments.values(),
    /** The booking as it was asked for, addresses and all, read from the file. */
    readBooking: (shipment: Shipment): BookBody => journal.read(shipment.position) as Booked,
    close: () => journal.close(),
  };
}

export function statusOf(shipment: Shipment): Status {
  return shipment.events.at(-1)?.status ?? 'booked';
}

/** Where the parcel goes from here; undefined at the end of its way. Only express reports its last mile. */
export function nextStatus(shipment: Shipment): Status | undefined {
  const express = shipment.service === 'express';
  switch (statusOf(shipment)) {
    case 'booked':
      return 'picked_up';
    case 'picked_up':
      return 'in_transit';
    case 'in_transit':
      return express ? 'out_for_delivery' : 'delivered';
    case 'out_for_delivery':
      return 'delivered';
    case 'delivered':
    case 'cancelled':
      return undefined;
  }
}

/** The request on one line, whatever the order of its fields; zod has put them in one already. */
function fingerprintOf(kind: string, body: unknown): string {
  return JSON.stringify([kind, body]);
}
