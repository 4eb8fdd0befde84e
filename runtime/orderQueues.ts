import type { ProviderQueues } from '../workflows/orders/messages';
import type { Config } from './settings';

type Queues = Pick<Config, 'TASK_QUEUE' | 'PAYMENT_TASK_QUEUE' | 'CARRIER_TASK_QUEUE'>;

/** Where the work of orders that start from now on goes. Calls on the orders' own queue have no other name for it. */
export function orderQueues(config: Queues): { taskQueue: string; queues: ProviderQueues } {
  const { TASK_QUEUE: taskQueue, PAYMENT_TASK_QUEUE: payment, CARRIER_TASK_QUEUE: carrier } = config;
  return {
    taskQueue,
    queues: {
      ...(payment === undefined || payment === taskQueue ? {} : { payment }),
      ...(carrier === undefined || carrier === taskQueue ? {} : { carrier }),
    },
  };
}
