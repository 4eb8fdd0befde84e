import { effectKey } from '../../domain/ids';
import type { Database } from '../connection';
import { orderRanges, type OrderRange } from './overOrders';

/** A step of an order that is carried out at a provider, as our own records have it. */
export interface RecordedStep {
  orderId: string;
  /** The payment or shipment that it is a step of. */
  subject: string;
  /** In the words of the providers' ledger. */
  effect: string;
  key: string;
  /** Minor units; null for the carrier. */
  amount: number | null;
  reference: string | null;
  /** The provider has told us that it took effect, so its own books have to have it. */
  told: boolean;
  /** Our records account for it, should it have taken effect. */
  accounted: boolean;
  closed: boolean;
}

/** All steps that were ever asked of a provider, those of an order together, by pages. */
export async function* readSteps(database: Database): AsyncGenerator<RecordedStep[]> {
  for await (const range of orderRanges(database))
    yield [...(await readPayments(database, range)), ...(await readShipments(database, range))];
}

/** What was settled by hand took no effect at the gateway, and is accounted for. */
async function readPayments(database: Database, range: OrderRange): Promise<RecordedStep[]> {
  const { rows } = await database.raw<{ rows: RecordedStep[] }>(
    `SELECT e.key, min(e.order_id) AS "orderId", min(e.payment_id) AS subject, min(e.effect) AS effect, max(e.amount) AS amount,
       max(e.reference) FILTER (WHERE e.state = 'succeeded') AS reference,
       bool_or(e.state = 'succeeded' AND e.code IS DISTINCT FROM 'settled_by_hand') AS told,
       bool_or(e.state = 'succeeded') AS accounted, bool_or(o.closed_at IS NOT NULL) AS closed
     FROM payment_events e JOIN orders o ON o.id = e.order_id AND o.id > :after AND o.id <= :upTo
     WHERE e.order_id > :after AND e.order_id <= :upTo GROUP BY e.key`,
    { ...range },
  );
  return rows;
}

interface ShipmentRow {
  id: string;
  orderId: string;
  key: string;
  status: string;
  reference: string | null;
  closed: boolean;
}

/** A booking and perhaps its cancellation. A parcel that was called off before we heard of its booking has no reference. */
async function readShipments(database: Database, range: OrderRange): Promise<RecordedStep[]> {
  const { rows } = await database.raw<{ rows: ShipmentRow[] }>(
    `SELECT s.id, s.order_id AS "orderId", s.key, s.status, s.reference, o.closed_at IS NOT NULL AS closed
     FROM shipments s JOIN orders o ON o.id = s.order_id AND o.id > :after AND o.id <= :upTo
     WHERE s.order_id > :after AND s.order_id <= :upTo`,
    { ...range },
  );
  return rows.flatMap(({ id, orderId, key, status, reference, closed }): RecordedStep[] => {
    const common = { orderId, subject: id, amount: null, reference, closed };
    const booked = reference !== null;
    const cancelled = status === 'cancelled';
    return [
      { ...common, effect: 'book_shipment', key, told: booked, accounted: booked || cancelled },
      {
        ...{ ...common, effect: 'cancel_shipment', key: effectKey(id, 'cancel') },
        told: booked && cancelled,
        accounted: cancelled,
      },
    ];
  });
}
