import { ApplicationFailure } from '@temporalio/common';
import { effectKey, paymentId } from '../domain/ids';
import type { OrderSnapshot } from '../domain/orders/snapshot';
import type { PaymentEffect } from '../domain/payments';
import type { Database } from '../db/connection';
import { changeOrder, type OrderChange } from '../db/orders/changeOrder';
import { beginEffect, type PaymentRecord } from '../db/payments/beginEffect';
import { isCalledOff, recordEffect } from '../db/payments/recordEffect';
import type { Transaction } from '../db/prepared';
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
    change: (transaction: Transaction) => Promise<OrderChange | null>,
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
      return added ? change(transaction) : null;
    });

  const money = (payment: PaymentRecord) => ({
    paymentId: payment.paymentId,
    amount: payment.amount,
    currency: payment.currency,
  });

  const tell = (type: string, payment: PaymentRecord) => async (): Promise<OrderChange> => ({
    events: [{ type, data: money(payment) }],
  });

  return {
    async authorisePayment(input: PaymentInput): Promise<PaymentAnswer> {
      const payment = await begin(input, 'authorise');
      const known = recall(payment, 'authorise');
      const undo = recall(payment, 'void');
      // Left by a cancellation that was cut off: what has been called off is no payment any more.
      if (known.succeeded?.reference && undo.asked && !undo.succeeded)
        return { snapshot: await voidAuthorisation(payment, known.succeeded.reference), accepted: false };
      if (known.succeeded || known.declined || undo.asked)
        return {
          snapshot: await readOrder(input.orderId),
          accepted: known.succeeded !== undefined && !undo.asked,
        };
      const asked = request(payment, 'authorise');
      const outcome = await callOnce(known.asked, asked.key, () =>
        gateway.authorise({ ...asked, token: payment.token }),
      );
      const accepted = outcome.outcome === 'succeeded';
      let calledOff = false;
      const snapshot = await record(payment, 'authorise', outcome, async (transaction) => {
        calledOff = await isCalledOff(transaction, payment.paymentId);
        const told = accepted
          ? { type: 'payment.authorised', data: money(payment) }
          : { type: 'payment.declined', data: { ...money(payment), code: outcome.code } };
        // Nobody waits for this payment any more: it is told, and asks nothing of the customer.
        if (calledOff) return { events: [told] };
        if (accepted) return { statusReason: null, events: [told] };
        return {
          statusReason: `payment_declined: ${outcome.message}`,
          events: [told],
          notify: [{ name: 'payment_problem', occurrence: String(input.attempt) }],
        };
      });
      // The undo ran while the gateway was asked, by an attempt that Temporal had given up already: it may have found nothing.
      if (accepted && calledOff)
        return { snapshot: await voidAuthorisation(payment, outcome.reference), accepted: false };
      return { snapshot, accepted };
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
      const asked = { ...request(payment, 'capture'), amount: payment.due };
      const outcome = await callOnce(known.asked, asked.key, () => gateway.capture({ ...asked, authorisation }));
      if (outcome.outcome === 'declined') {
        const snapshot = await record(payment, 'capture', outcome, async () => ({
          statusReason: `capture_declined: ${outcome.message}`,
          events: [{ type: 'payment.capture_declined', data: { ...money(payment), code: outcome.code } }],
        }));
        return { snapshot, accepted: false };
      }
      const snapshot = await record(payment, 'capture', outcome, async () => ({
        statusReason: null,
        events: [{ type: 'payment.captured', data: money(payment) }],
      }));
      return { snapshot, accepted: true };
    },

    /**
     * Undo of `authorisePayment`, safe whether or not that ever ran. Its own intent stands on record first and keeps a late
     * attempt from authorising, or has it void what it authorised; what the gateway did without our knowing is found by look-up.
     */
    async voidPayment(input: PaymentInput): Promise<OrderSnapshot> {
      const payment = await begin(input, 'void');
      const known = recall(payment, 'authorise');
      const over = known.declined || (known.abandoned && !known.succeeded);
      if (recall(payment, 'void').succeeded || over) return readOrder(input.orderId);
      let authorisation = known.succeeded?.reference;
      if (!authorisation) {
        const found = await gateway.find(effectKey(payment.paymentId, 'authorise'));
        if (found?.outcome !== 'succeeded') return abandon(payment);
        await record(payment, 'authorise', found, tell('payment.authorised', payment));
        authorisation = found.reference;
      }
      return voidAuthorisation(payment, authorisation);
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

  async function voidAuthorisation(payment: PaymentRecord, authorisation: string): Promise<OrderSnapshot> {
    const outcome = await gateway.void({ ...request(payment, 'void'), authorisation });
    if (outcome.outcome === 'declined') {
      throw ApplicationFailure.nonRetryable(
        `the gateway will not void the authorisation: ${outcome.message}`,
        'provider_rejected',
      );
    }
    return record(payment, 'void', outcome, tell('payment.voided', payment));
  }

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
