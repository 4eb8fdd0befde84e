import { effectKey } from '../../domain/ids';
import type { PaymentEffect, PaymentEvent } from '../../domain/payments';
import { prepared, type Transaction } from '../prepared';

/** Adds the outcome of an effect to the record. @returns false when that outcome stands there already. */
export async function recordEffect(
  transaction: Transaction,
  input: {
    orderId: string;
    paymentId: string;
    effect: PaymentEffect;
    state: Exclude<PaymentEvent['state'], 'requested'>;
    reference?: string;
    code?: string;
    message?: string;
    actor?: string;
  },
): Promise<boolean> {
  const { rowCount } = await prepared<{ rowCount: number }>(
    transaction,
    `INSERT INTO payment_events (payment_id, order_id, effect, state, key, amount, reference, code, message, actor)
     SELECT id, order_id, :effect, :state, :key, coalesce((SELECT amount FROM payment_events WHERE key = :key AND state = 'requested'), amount),
       :reference, :code, :message, :actor FROM payments WHERE id = :paymentId
     ON CONFLICT DO NOTHING`,
    {
      paymentId: input.paymentId,
      effect: input.effect,
      state: input.state,
      key: effectKey(input.paymentId, input.effect),
      reference: input.reference ?? null,
      code: input.code ?? null,
      message: input.message ?? null,
      actor: input.actor ?? 'system',
    },
  );
  return rowCount > 0;
}

/** Whether the payment's void was asked for. Only sure within a change of its order, once the outcome of the provider is known. */
export async function isCalledOff(transaction: Transaction, paymentId: string): Promise<boolean> {
  const { rows } = await prepared<{ rows: unknown[] }>(
    transaction,
    `SELECT 1 FROM payment_events WHERE key = ? AND state = 'requested'`,
    [effectKey(paymentId, 'void')],
  );
  return rows.length > 0;
}

/** The attempts to pay an order, the oldest first. `isGood`: authorised, and nobody has asked to have it voided. */
export async function findAttempts(
  transaction: Transaction,
  orderId: string,
): Promise<{ attempt: number; tokenId: string; isGood: boolean }[]> {
  const { rows } = await prepared<{ rows: { attempt: number; tokenId: string; isGood: boolean }[] }>(
    transaction,
    `SELECT p.attempt, p.token_id AS "tokenId",
       EXISTS (SELECT FROM payment_events WHERE payment_id = p.id AND effect = 'authorise' AND state = 'succeeded')
         AND NOT EXISTS (SELECT FROM payment_events WHERE payment_id = p.id AND effect = 'void') AS "isGood"
     FROM payments p WHERE p.order_id = ? ORDER BY p.attempt`,
    [orderId],
  );
  return rows;
}
