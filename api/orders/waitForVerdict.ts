import { readOrder } from '../../db/orders/readOrder';
import type { ApiParts } from '../deps';
import type { OrderView } from './orderSchema';
import { presentOrder } from './presentOrder';

/** The order once it has left `received`, or as it is when the time is up. Undefined where it can't be read any more. */
export async function waitForVerdict(
  { database, events, config, log }: ApiParts,
  orderId: string,
  seconds: number,
): Promise<OrderView | undefined> {
  let decided: () => void = () => undefined;
  let unsubscribe: () => void = () => undefined;
  let timer: NodeJS.Timeout | undefined;
  const verdict = new Promise<void>((resolve) => {
    decided = resolve;
    timer = setTimeout(resolve, seconds * 1000);
  });
  try {
    unsubscribe = await events.subscribe((batch) => {
      if (batch.some((event) => event.orderId === orderId && event.status !== 'received')) decided();
    });
    const order = await readOrder(database, orderId, null);
    if (order !== undefined && order.status !== 'received') return presentOrder(order, config);
    await verdict;
    const decidedOrder = await readOrder(database, orderId, null);
    return decidedOrder && presentOrder(decidedOrder, config);
  } catch (error) {
    // The order is recorded: whatever happens here, the channel gets it acknowledged.
    log.warn({ err: error, orderId }, 'waiting for the first verdict failed');
    return undefined;
  } finally {
    clearTimeout(timer);
    unsubscribe();
  }
}
