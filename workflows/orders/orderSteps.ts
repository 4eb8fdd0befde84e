import { type ActivityInterfaceFor, proxyActivities, proxyLocalActivities } from '@temporalio/workflow';
import { formatMoney } from '../../domain/money';
import type { HoldRequest, ReleaseRequest } from '../../domain/orders/requests';
import type { Activities } from '../../activities';
import { DATABASE, PROVIDER, URGENT } from '../shared/activityOptions';
import { takeTurns } from '../shared/takeTurns';
import type { OrderState, Payment } from './orderState';

const provider: ActivityInterfaceFor<Activities> = proxyActivities<Activities>(PROVIDER);
const database = proxyLocalActivities<Activities>(DATABASE);

/** The steps of an order's life, each under the words in which the Temporal UI shows it. */
export function createOrderSteps(state: OrderState) {
  const { orderId, grandTotal, currency, queues = {} } = state.input;
  const gateway = queues.payment === undefined ? {} : { taskQueue: queues.payment };
  const carrier = queues.carrier === undefined ? {} : { taskQueue: queues.carrier };
  const money = formatMoney(grandTotal, currency);
  const parcel = { orderId, number: 1 };
  const paymentInput = ({ attempt, tokenId }: Payment) => ({ orderId, attempt, tokenId });
  const again = ({ attempt }: Payment) => (attempt > 1 ? `, payment ${attempt}` : '');
  const inTurn = takeTurns();

  return {
    reserve: () =>
      inTurn(() => database.reserveStock.executeWithOptions({ ...DATABASE, summary: 'Reserve stock' }, [{ orderId }])),
    authorise: (payment: Payment) =>
      provider.authorisePayment.executeWithOptions(
        { ...PROVIDER, ...gateway, summary: `Authorise ${money}${again(payment)}` },
        [paymentInput(payment)],
      ),
    confirm: () =>
      inTurn(() =>
        database.notifyConfirmed.executeWithOptions({ ...DATABASE, summary: 'Tell the customer: confirmed' }, [
          { orderId },
        ]),
      ),
    book: () =>
      provider.bookShipment.executeWithOptions({ ...PROVIDER, ...carrier, summary: 'Book shipment and label' }, [
        parcel,
      ]),
    dispatch: () =>
      inTurn(() =>
        database.dispatchAndNotify.executeWithOptions(
          { ...DATABASE, summary: 'Stock leaves; tell the customer: shipped' },
          [parcel],
        ),
      ),
    capture: (payment: Payment) =>
      provider.capturePayment.executeWithOptions(
        { ...PROVIDER, ...gateway, summary: `Capture ${money}${again(payment)}` },
        [paymentInput(payment)],
      ),
    deliver: () =>
      inTurn(() =>
        database.deliverAndNotify.executeWithOptions({ ...DATABASE, summary: 'Tell the customer: delivered' }, [
          parcel,
        ]),
      ),

    cancelShipment: () =>
      provider.cancelShipment.executeWithOptions({ ...URGENT, ...carrier, summary: 'Cancel shipment' }, [parcel]),
    voidPayment: (payment: Payment) =>
      provider.voidPayment.executeWithOptions({ ...URGENT, ...gateway, summary: `Void ${money}${again(payment)}` }, [
        paymentInput(payment),
      ]),
    recordCancellation: (request: { reason: string; note: string | null; actor: string }) =>
      inTurn(() =>
        database.recordCancellation.executeWithOptions(
          { ...DATABASE, summary: 'Release stock; tell the customer: cancelled' },
          [{ orderId, request }],
        ),
      ),
    settlePayment: (payment: Payment, effect: 'capture' | 'void', by: { note: string; actor: string }) =>
      inTurn(() =>
        database.settlePayment.executeWithOptions({ ...DATABASE, summary: `Settled by hand: ${effect}` }, [
          { ...paymentInput(payment), effect, note: by.note, actor: by.actor },
        ]),
      ),

    placeHold: (request: HoldRequest) =>
      inTurn(() =>
        database.placeHold.executeWithOptions({ ...DATABASE, summary: `Hold: ${request.type}` }, [
          { orderId, request },
        ]),
      ),
    releaseHold: (request: ReleaseRequest & { holdId: string }) =>
      inTurn(() =>
        database.releaseHold.executeWithOptions({ ...DATABASE, summary: 'Release hold' }, [{ orderId, request }]),
      ),
    raiseAttention: (attention: string) =>
      inTurn(() =>
        database.raiseAttention.executeWithOptions({ ...DATABASE, summary: 'Needs attention' }, [
          { orderId, attention },
        ]),
      ),
    raiseFinding: (attention: string) =>
      inTurn(() =>
        database.raiseFinding.executeWithOptions({ ...DATABASE, summary: 'Needs attention: found by the reconciler' }, [
          { orderId, attention },
        ]),
      ),
    /** `attention`: clears this one alone. */
    clearAttention: (by: { note: string; actor: string; attention?: string }) =>
      inTurn(() =>
        database.clearAttention.executeWithOptions({ ...DATABASE, summary: 'Attention cleared' }, [{ orderId, ...by }]),
      ),
    recordRefusal: (id: string, message: string, why: string) =>
      inTurn(() =>
        database.recordRefusal.executeWithOptions({ ...DATABASE, summary: `Refused: ${message}` }, [
          { orderId, id, message, why },
        ]),
      ),
  };
}

export type OrderSteps = ReturnType<typeof createOrderSteps>;
