import { ApplicationFailure } from '@temporalio/common';
import { effectKey, paymentId } from '../domain/ids';
import type { OrderSnapshot } from '../domain/orders/snapshot';
import type { PaymentEffect } from '../domain/payments';
import type { Database } from '../db/connection';
import { changeOrder, type OrderChange } from '../db/orders/changeOrder';
import { beginEffect, type PaymentRecord } from '../db/payments/beginEffect';
import { recordEffect } from '../db/payments/recordEffect';
import type { GatewayOutcome, PaymentGateway } from '../providers/payments/port';

export interface PaymentInput {
  orderId: string;
  attempt: number;
  tokenId: string;
}

/** A decline is an answer, not a failure: the order goes on, asking for another means of payment. */
export interface PaymentAnswer {
  snapshot: OrderSnapshot;
  accepted: boolean;
}

/**
 * Each effect has one key, is on record before the gateway is called, and is looked up before it is asked for again: whatever
 * dies in between, the money moves once.
 */
export function createPaymentActivities({ database, gateway }: { database: Database; gateway: PaymentGateway }) {
  const begin = (input: PaymentInput, effect: PaymentEffect): Promise<PaymentRecord> =>
    beginEffect(database, {
      ...input,
      paymentId: paymentId(input.orderId, input.attempt),
      effect,
      provider: gateway.name,
    });

  const readOrder = (orderId: string) => changeOrder(database, orderId, async () => null);

  /** What the record says of an effect: its outcome if there is one, and whether it was asked for before. */
  const recall = (payment: PaymentRecord, effect: PaymentEffect) => {
    const events = payment.events.filter((event) => event.effect === effect);
    return {
      asked: events.length > 0,
      succeeded: events.find((event) => event.state === 'succeeded'),
      declined: events.find((event) => event.state === 'declined'),
      abandoned: events.some((event) => event.state === 'abandoned'),
    };
  };

  const request = (payment: PaymentRecord, effect: PaymentEffect) => ({
    key: effectKey(payment.paymentId, effect),
    orderId: payment.orderId,
    amount: payment.amount,
    currency: payment.currency,
  });

  /** The outcome of an earlier call under the same key if the gateway knows of one, else of a first call. */
  const callOnce = async (asked: boolean, key: string, call: () => Promise<GatewayOutcome>): Promise<GatewayOutcome> =>
    (asked ? await gateway.find(key) : undefined) ?? (await call());

  const record = (
    payment: PaymentRecord,
    effect: PaymentEffect,
    outcome: GatewayOutcome,
    change: OrderChange,
  ): Promise<OrderSnapshot> =>
    changeOrder(database, payment.orderId, async (transaction) => {
      const added = await recordEffect(transaction, {
        orderId: payment.orderId,
        paymentId: payment.paymentId,
        effect,
        state: outcome.outcome,
        reference: outcome.reference,
        ...(outcome.outcome === 'declined' ? { code: outcome.code, message: outcome.message } : {}),
      });
      return added ? change : null;
    });

  const money = (payment: PaymentRecord) => ({
    paymentId: payment.paymentId,
    amount: payment.amount,
    currency: payment.currency,
  });

  return {
    async authorisePayment(input: PaymentInput): Promise<PaymentAnswer> {
      const payment = await begin(input, 'authorise');
      const known = recall(payment, 'authorise');
      if (known.succeeded || known.declined || recall(payment, 'void').asked) {
        return { snapshot: await readOrder(input.orderId), accepted: known.succeeded !== undefined };
      }
      const asked = request(payment, 'authorise');
      const outcome = await callOnce(known.asked, asked.key, () =>
        gateway.authorise({ ...asked, token: payment.token }),
      );
      if (outcome.outcome === 'declined') {
        const snapshot = await record(payment, 'authorise', outcome, {
          statusReason: `payment_declined: ${outcome.message}`,
          events: [{ type: 'payment.declined', data: { ...money(payment), code: outcome.code } }],
          notify: [{ name: 'payment_problem', occurrence: String(input.attempt) }],
        });
        return { snapshot, accepted: false };
      }
      const snapshot = await record(payment, 'authorise', outcome, {
        statusReason: null,
        events: [{ type: 'payment.authorised', data: money(payment) }],
      });
      return { snapshot, accepted: true };
    },

    async capturePayment(input: PaymentInput): Promise<PaymentAnswer> {
      const payment = await begin(input, 'capture');
      const known = recall(payment, 'capture');
      const authorisation = recall(payment, 'authorise').succeeded?.reference;
      if (known.succeeded || known.declined) {
        return { snapshot: await readOrder(input.orderId), accepted: known.succeeded !== undefined };
      }
      if (!authorisation)
        throw ApplicationFailure.nonRetryable(`${payment.paymentId} was never authorised`, 'provider_rejected');
      const asked = request(payment, 'capture');
      const outcome = await callOnce(known.asked, asked.key, () => gateway.capture({ ...asked, authorisation }));
      if (outcome.outcome === 'declined') {
        const snapshot = await record(payment, 'capture', outcome, {
          statusReason: `capture_declined: ${outcome.message}`,
          events: [{ type: 'payment.capture_declined', data: { ...money(payment), code: outcome.code } }],
        });
        return { snapshot, accepted: false };
      }
      const snapshot = await record(payment, 'capture', outcome, {
        statusReason: null,
        events: [{ type: 'payment.captured', data: money(payment) }],
      });
      return { snapshot, accepted: true };
    },

    /**
     * Undo of `authorisePayment`, safe whether or not that ever ran. Its own intent stands on record first and keeps a late
     * attempt from authorising; what the gateway did without our knowing is found by look-up.
     */
    async voidPayment(input: PaymentInput): Promise<OrderSnapshot> {
      const payment = await begin(input, 'void');
      const known = recall(payment, 'authorise');
      if (recall(payment, 'void').succeeded || known.declined || known.abandoned) return readOrder(input.orderId);
      let authorisation = known.succeeded?.reference;
      if (!authorisation) {
        const found = await gateway.find(effectKey(payment.paymentId, 'authorise'));
        if (found?.outcome !== 'succeeded') return abandon(payment);
        await record(payment, 'authorise', found, { events: [{ type: 'payment.authorised', data: money(payment) }] });
        authorisation = found.reference;
      }
      const outcome = await gateway.void({ ...request(payment, 'void'), authorisation });
      if (outcome.outcome === 'declined') {
        throw ApplicationFailure.nonRetryable(
          `the gateway will not void the authorisation: ${outcome.message}`,
          'provider_rejected',
        );
      }
      return record(payment, 'void', outcome, { events: [{ type: 'payment.voided', data: money(payment) }] });
    },

    /** A person has seen to the money by other means; the note of the request is the evidence. */
    async settlePayment(
      input: PaymentInput & { effect: 'capture' | 'void'; note: string; actor: string },
    ): Promise<OrderSnapshot> {
      const payment = await begin(input, input.effect);
      return changeOrder(database, input.orderId, async (transaction) => {
        const { orderId, effect, actor, note } = input;
        const added = await recordEffect(transaction, {
          orderId,
          paymentId: payment.paymentId,
          effect,
          state: 'succeeded',
          code: 'settled_by_hand',
          message: note,
          actor,
        });
        if (!added) return null;
        return {
          statusReason: null,
          attention: null,
          events: [{ type: 'payment.settled_by_hand', actor, data: { ...money(payment), effect, note } }],
        };
      });
    },
  };

  /** Nothing was authorised and nothing will be. */
  function abandon(payment: PaymentRecord): Promise<OrderSnapshot> {
    return changeOrder(database, payment.orderId, async (transaction) => {
      await recordEffect(transaction, {
        orderId: payment.orderId,
        paymentId: payment.paymentId,
        effect: 'authorise',
        state: 'abandoned',
      });
      return null;
    });
  }
}
