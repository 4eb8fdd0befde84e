import { customerRef } from '../../db/orders/customerRef';
import type { NewOrder } from '../../db/orders/recordOrder';
import { orderQueues } from '../../runtime/orderQueues';
import { startOrder } from '../../runtime/startOrder';
import type { Context } from '../route';
import { isTemporalAway } from '../http/isTemporalAway';
import { Refusal } from '../../domain/failures';

const DEADLINE_MS = 3_000;

/** Starts the workflow of an order that is recorded. Whatever goes wrong, the order stands: false, and the relay starts it later. */
export async function startNewOrder(given: NewOrder, { deps, log }: Pick<Context, 'deps' | 'log'>): Promise<boolean> {
  const { order, orderId, channel, totals, policy, requestId } = given;
  const toStart = {
    orderId,
    channel,
    reference: order.reference,
    currency: order.currency,
    grandTotal: totals.grand,
    lines: order.lines,
    policy,
    requestId,
    customerRef: customerRef(channel, order.customer.email),
  };
  try {
    const options = { ...orderQueues(deps.config), deadlineMs: DEADLINE_MS };
    await deps.gate.pass(() => startOrder(deps.temporal, toStart, options));
    return true;
  } catch (error) {
    const away = error instanceof Refusal || isTemporalAway(error);
    log[away ? 'warn' : 'error']({ err: error, orderId }, 'the workflow of an order starts later');
    return false;
  }
}
