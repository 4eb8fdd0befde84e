import type { Config } from './settings';
import { planQueues } from './planQueues';

/** What is wrong with settings that are right one by one: a sentence for each, that says how to mend it. */
export function findContradictions(config: Config): string[] {
  const problems: string[] = [];
  const { TASK_QUEUE, PAYMENT_TASK_QUEUE, CARRIER_TASK_QUEUE, WORKER_QUEUES } = config;
  const limited = [
    ['PAYMENT', config.PAYMENT_RATE_LIMIT, PAYMENT_TASK_QUEUE, CARRIER_TASK_QUEUE],
    ['CARRIER', config.CARRIER_RATE_LIMIT, CARRIER_TASK_QUEUE, PAYMENT_TASK_QUEUE],
  ] as const;
  for (const [name, limit, own, other] of limited) {
    // A limit is the queue's: it would hold back whatever else is on it.
    if (limit !== undefined && (own === undefined || own === TASK_QUEUE || own === other))
      problems.push(`${name}_RATE_LIMIT needs a ${name}_TASK_QUEUE that nothing else is on`);
  }
  if (planQueues(config).length === 0)
    problems.push(
      `WORKER_QUEUES is ${WORKER_QUEUES}, and none of these has a queue of its own: name it, or add orders`,
    );
  for (const [address, needed] of [
    ['STOCK_SOURCE_URL', 'STOCK_SOURCE_KEY'],
    ['STOCK_SINK_URL', 'STOCK_SINK_SECRET'],
  ] as const)
    if (config[address] !== undefined && config[needed] === undefined)
      problems.push(`${address} needs a ${needed}: give it, too`);
  if (config.METRICS_PORT !== undefined && config.METRICS_PORT === config.TEMPORAL_METRICS_PORT)
    problems.push('METRICS_PORT and TEMPORAL_METRICS_PORT are the same: give each a port of its own');
  if ((config.WORKER_DEPLOYMENT_NAME === undefined) !== (config.WORKER_BUILD_ID === undefined))
    problems.push('WORKER_DEPLOYMENT_NAME and WORKER_BUILD_ID need each other: give both, or none');
  return problems;
}
