import { proxyActivities, proxyLocalActivities } from '@temporalio/workflow';
import { formatMoney } from '../../domain/money';
import type {
  BackorderRequest,
  GiveUpStockRequest,
  HoldRequest,
  PriorityRequest,
  ReleaseRequest,
} from '../../domain/orders/requests';
import type { Activities } from '../../activities';
import { DATABASE, PROVIDER, URGENT } from '../shared/activityOptions';
import { takeTurns } from '../shared/takeTurns';
import type { OrderState, Payment } from './orderState';

const provider = proxyActivities<Activities>(PROVIDER);
const database = proxyLocalActivities<Activities>(DATABASE);

type Input<Name extends keyof Activities> = Parameters<Activities[Name]>[0];
type Result<Name extends keyof Activities> = Promise<Awaited<ReturnType<Activities[Name]>>>;
/** What TypeScript can't see of a proxy that is looked up by a name it does not know yet. */
type Call<Name extends keyof Activities> = { executeWithOptions(options: object, args: [Input<Name>]): Result<Name> };

/** The steps of an order's life, each under the words in which the Temporal UI shows it. */
export function createOrderSteps(state: OrderState) {
  const { orderId, grandTotal, currency, queues = {} } = state.input;
  const gateway = queues.payment === undefined ? PROVIDER : { ...PROVIDER, taskQueue: queues.payment };
  const carrier = queues.carrier === undefined ? PROVIDER : { ...PROVIDER, taskQueue: queues.carrier };
  const money = formatMoney(grandTotal, currency);
  const which = (number: number) => (number > 1 ? `, parcel ${number}` : '');
  const paymentInput = ({ attempt, tokenId }: Payment) => ({ orderId, attempt, tokenId });
  const again = ({ attempt }: Payment) => (attempt > 1 ? `, payment ${attempt}` : '');
  const inTurn = takeTurns();

  /** A call to the outside world. */
  const call = <Name extends keyof Activities>(
    name: Name,
    options: object,
    summary: string,
    input: Input<Name>,
  ): Result<Name> => (provider[name] as unknown as Call<Name>).executeWithOptions({ ...options, summary }, [input]);

  /** A transaction of our own database: one at a time. */
  const write = <Name extends keyof Activities>(name: Name, summary: string, input: Input<Name>): Result<Name> =>
    inTurn(() => (database[name] as unknown as Call<Name>).executeWithOptions({ ...DATABASE, summary }, [input]));

  return {
    reserve: () => write('reserveStock', 'Reserve stock', { orderId }),
    authorise: (payment: Payment) =>
      call('authorisePayment', gateway, `Authorise ${money}${again(payment)}`, paymentInput(payment)),
    confirm: () => write('notifyConfirmed', 'Tell the customer: confirmed', { orderId }),
    book: (number: number) =>
      call('bookShipment', carrier, `Book shipment and label${which(number)}`, { orderId, number }),
    dispatch: (number: number) =>
      write('dispatchAndNotify', `Stock leaves; tell the customer: shipped${which(number)}`, { orderId, number }),
    capture: (payment: Payment) =>
      call('capturePayment', gateway, `Capture ${money}${again(payment)}`, paymentInput(payment)),
    deliver: (number: number) =>
      write('deliverAndNotify', `Tell the customer: delivered${which(number)}`, { orderId, number }),
    allocateBackorder: () => write('allocateBackorder', 'Allocate what has come in', { orderId }),
    decideBackorder: (request: BackorderRequest) =>
      write('decideBackorder', `Missing units: ${request.choice}`, { orderId, request }),
    giveUpStock: (request: GiveUpStockRequest) =>
      write('giveUpStock', 'Give units up to orders that go before', { orderId, request }),
    replaceCalledOff: () => write('replaceCalledOff', 'Plan new parcels for those called off', { orderId }),

    cancelShipment: (number: number) =>
      call('cancelShipment', { ...carrier, ...URGENT }, `Cancel shipment${which(number)}`, { orderId, number }),
    voidPayment: (payment: Payment) =>
      call('voidPayment', { ...gateway, ...URGENT }, `Void ${money}${again(payment)}`, paymentInput(payment)),
    recordCancellation: (request: { reason: string; note: string | null; actor: string }) =>
      write('recordCancellation', 'Release stock; tell the customer: cancelled', { orderId, request }),
    settlePayment: (payment: Payment, effect: 'capture' | 'void', by: { note: string; actor: string }) =>
      write('settlePayment', `Settled by hand: ${effect}`, {
        ...paymentInput(payment),
        effect,
        note: by.note,
        actor: by.actor,
      }),

    placeHold: (request: HoldRequest) => write('placeHold', `Hold: ${request.type}`, { orderId, request }),
    releaseHold: (request: ReleaseRequest & { holdId: string }) =>
      write('releaseHold', 'Release hold', { orderId, request }),
    setPriority: (request: PriorityRequest) =>
      write('setPriority', `Priority ${request.priority}`, { orderId, request }),
    raiseAttention: (attention: string) => write('raiseAttention', 'Needs attention', { orderId, attention }),
    raiseFinding: (attention: string) =>
      write('raiseFinding', 'Needs attention: found by the reconciler', { orderId, attention }),
    /** `attention`: clears this one alone. */
    clearAttention: (by: { note: string; actor: string; attention?: string }) =>
      write('clearAttention', 'Attention cleared', { orderId, ...by }),
    recordRefusal: (id: string, message: string, why: string) =>
      write('recordRefusal', `Refused: ${message}`, { orderId, id, message, why }),
  };
}

export type OrderSteps = ReturnType<typeof createOrderSteps>;
