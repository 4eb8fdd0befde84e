import { effectKey } from '../../domain/ids';
import type { PaymentEffect, PaymentEvent } from '../../domain/payments';
import type { Database } from '../connection';
import { prepared } from '../prepared';

/** A payment with all that is known of its effects; what an activity needs before it calls the provider. */
export interface PaymentRecord {
  orderId: string;
  paymentId: string;
  token: string;
  amount: number;
  currency: string;
  /** What is captured: the amount, less what was called off since; as first asked for. */
  due: number;
  events: (PaymentEvent & { reference: string | null })[];
}

/**
 * Puts the payment and the intent on record before the provider is called, so that no effect can exist that we know nothing
 * of. Repeating it changes nothing.
 */
export async function beginEffect(
  database: Database,
  input: {
    orderId: string;
    paymentId: string;
    attempt: number;
    tokenId: string;
    effect: PaymentEffect;
    provider: string;
  },
): Promise<PaymentRecord> {
  const key = effectKey(input.paymentId, input.effect);
  const { rows } = await prepared<{ rows: [Omit<PaymentRecord, 'orderId' | 'paymentId'>] }>(
    database,
    `WITH source AS (
       SELECT o.currency, o.grand_total AS amount, t.method, t.token, o.grand_total - (
         SELECT sum(cancelled * unit_price)::bigint FROM order_lines WHERE order_id = o.id) AS due FROM orders o, payment_tokens t
       WHERE o.id = :orderId AND t.id = :tokenId AND t.order_id = o.id
     ), opened AS (
       INSERT INTO payments (id, order_id, attempt, token_id, method, provider, amount)
       SELECT :paymentId, :orderId, :attempt, :tokenId, method, :provider, amount FROM source
       ON CONFLICT DO NOTHING
     ), intended AS (
       INSERT INTO payment_events (payment_id, order_id, effect, state, key, amount)
       SELECT :paymentId, :orderId, :effect, 'requested', :key, CASE :effect WHEN 'capture' THEN due ELSE amount END FROM source
       ON CONFLICT DO NOTHING
     )
     SELECT source.token, source.amount, source.currency,
       coalesce((SELECT amount FROM payment_events WHERE payment_id = :paymentId AND effect = 'capture' AND state = 'requested'),
         source.due) AS due,
       (SELECT coalesce(json_agg(json_build_object('effect', effect, 'state', state, 'key', key, 'amount', amount,
          'reference', reference) ORDER BY id), '[]') FROM payment_events WHERE payment_id = :paymentId) AS events
     FROM source`,
    { ...input, key },
  );
  if (rows[0] === undefined) throw new Error(`order ${input.orderId} has no payment token ${input.tokenId}`);
  return { orderId: input.orderId, paymentId: input.paymentId, ...rows[0] };
}
