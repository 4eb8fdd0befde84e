import type { Planted } from './plantedInRecords';

/** The records contradict what somebody else knows: the workflow, the provider, the client. */
export const PLANTED_AGAINST_WITNESSES: Planted[] = [
  {
    ...{ invariant: 'projection', fault: 'a hold that the workflow does not know', on: 'held', what: /holds is none/ },
    sql: `UPDATE order_holds SET released_at = now() WHERE order_id = $1`,
  },
  {
    ...{
      invariant: 'projection',
      fault: 'an attention that was lost',
      on: 'captureDeclined',
      what: /attention is none/,
    },
    sql: `UPDATE orders SET attention = NULL WHERE id = $1`,
  },
  {
    ...{ invariant: 'projection', fault: 'more changes than scans and picks', on: 'underWay', what: /version/ },
    sql: `UPDATE orders SET version = version + 1 WHERE id = $1`,
  },
  {
    ...{ invariant: 'projection', fault: 'a row that fell behind its workflow', on: 'booked', what: /version/ },
    sql: `UPDATE orders SET version = version - 1 WHERE id = $1`,
  },
  {
    ...{
      invariant: 'outbox',
      fault: 'a mail that never went out',
      on: 'completed',
      what: /order_delivered is not sent/,
    },
    sql: `UPDATE notifications SET sent_at = NULL, created_at = now() - interval '1 hour'
          WHERE order_id = $1 AND name = 'order_delivered'`,
    id: 'ORDER:order_delivered:1',
  },
  {
    ...{ invariant: 'outbox', fault: 'a report that no workflow was told of', on: 'underWay', what: /not been told/ },
    sql: `UPDATE carrier_events SET delivered_at = NULL, received_at = now() - interval '1 hour'
          WHERE order_id = $1 AND status = 'picked_up'`,
    id: 'PARCEL:picked_up',
  },
  {
    ...{
      invariant: 'acknowledged',
      fault: 'an order that an answer tells of and nobody has',
      what: /Idempotency-Key k1/,
    },
    sql: `INSERT INTO idempotency_keys (principal, route, key, fingerprint, status, body)
          VALUES ('key', 'POST /v1/orders', 'k1', '', 201, to_jsonb('{"id": "ord_lost"}'::text))`,
    id: 'ord_lost',
  },
  {
    ...{ invariant: 'workflows', fault: 'a workflow whose order is gone', on: 'completed', what: /not on record/ },
    sql: `DELETE FROM orders WHERE id = $1`,
  },
  {
    ...{ invariant: 'workflows', fault: 'an accepted order that was never started', what: /not started for \d+ s/ },
    sql: `INSERT INTO orders SELECT (o).* FROM (SELECT jsonb_populate_record(o, '{"id": "ord_new", "reference": "new",
          "workflow_started_at": null, "created_at": "2026-01-01"}') AS o FROM orders o LIMIT 1) one`,
    id: 'ord_new',
  },
  {
    ...{ invariant: 'workflows', fault: 'an order whose workflow is not there', what: /is not there/ },
    sql: `INSERT INTO orders SELECT (o).* FROM (SELECT jsonb_populate_record(o, '{"id": "ord_new", "reference": "new"}') AS o
          FROM orders o LIMIT 1) one`,
    id: 'ord_new',
  },
  {
    ...{ invariant: 'workflows', fault: 'a closed order whose workflow runs on', on: 'booked', what: /still runs/ },
    sql: `UPDATE orders SET status = 'cancelled' WHERE id = $1`,
  },
  {
    ...{
      invariant: 'workflows',
      fault: 'an open order whose workflow has ended',
      on: 'completed',
      what: /is completed/,
    },
    sql: `UPDATE orders SET status = 'shipped', closed_at = NULL WHERE id = $1`,
  },
  {
    ...{ invariant: 'effects', fault: 'an effect that our records forgot', on: 'booked', what: /no step .* asked for/ },
    ...{ sql: `DELETE FROM payment_events WHERE order_id = $1`, id: 'PAYMENT:authorise' },
  },
  {
    ...{
      invariant: 'effects',
      fault: 'an amount that is not the provider’s',
      on: 'booked',
      what: /with the amount 1$/,
    },
    ...{ sql: `UPDATE payment_events SET amount = 1 WHERE order_id = $1`, id: 'PAYMENT:authorise' },
  },
  {
    ...{ invariant: 'effects', fault: 'an effect on a closed order that it knows nothing of', on: 'cancelled' },
    sql: `DELETE FROM payment_events WHERE order_id = $1 AND effect = 'void' AND state = 'succeeded'`,
    ...{ id: 'PAYMENT:void', what: /knew nothing of/ },
  },
  {
    ...{
      invariant: 'effects',
      fault: 'a refund that never reached the gateway',
      on: 'completed',
      what: /no such thing/,
    },
    sql: `INSERT INTO payment_events (payment_id, order_id, effect, state, key, amount, reference)
          SELECT id, order_id, 'refund', 'succeeded', id || ':refund', 100, 'ref_1' FROM payments WHERE order_id = $1`,
    id: 'PAYMENT:refund',
  },
  {
    ...{
      invariant: 'effects',
      fault: 'a booking under another reference',
      on: 'booked',
      what: /our records have as other/,
    },
    ...{ sql: `UPDATE shipments SET reference = 'other' WHERE order_id = $1`, id: 'PARCEL:book' },
  },
  {
    ...{ invariant: 'effects-once', fault: 'goods in two parcels', on: 'underWay', what: /4 units of line/ },
    sql: `INSERT INTO shipments (id, order_id, number, status, location, service, key, lines)
          SELECT id || '2', order_id, 2, 'booking', location, service, key || '2', lines FROM shipments WHERE order_id = $1`,
  },
];
