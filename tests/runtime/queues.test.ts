import { loadConfig } from '../../runtime/config';
import { orderQueues } from '../../runtime/orderQueues';
import { planQueues } from '../../runtime/planQueues';

const read = (settings: Record<string, string> = {}) =>
  loadConfig({ DATABASE_URL: 'postgres://127.0.0.1/oms', ...settings });
const OWN = { PAYMENT_TASK_QUEUE: 'orders-payment', CARRIER_TASK_QUEUE: 'orders-carrier' };

describe('the queues and the version of a worker', () => {
  test('are the one queue of the orders, where nothing is set', () => {
    expect(planQueues(read())).toEqual([{ taskQueue: 'orders', runsWorkflows: true }]);
    expect(orderQueues(read())).toEqual({ taskQueue: 'orders', queues: {} });
  });

  test('are those of the providers besides, with the limit of each', () => {
    expect(planQueues(read({ ...OWN, PAYMENT_RATE_LIMIT: '12.5' }))).toEqual([
      { taskQueue: 'orders', runsWorkflows: true },
      { taskQueue: 'orders-payment', runsWorkflows: false, stepsPerSecond: 12.5 },
      { taskQueue: 'orders-carrier', runsWorkflows: false },
    ]);
  });

  test('are each served once, where several roles share one', () => {
    const shared = read({ PAYMENT_TASK_QUEUE: 'providers', CARRIER_TASK_QUEUE: 'providers' });
    expect(planQueues(shared)).toEqual([
      { taskQueue: 'orders', runsWorkflows: true },
      { taskQueue: 'providers', runsWorkflows: false },
    ]);
    expect(orderQueues(read({ PAYMENT_TASK_QUEUE: 'orders' })).queues).toEqual({});
  });

  test('are those of its roles alone', () => {
    expect(planQueues(read({ ...OWN, WORKER_QUEUES: 'payment, carrier' }))).toEqual([
      { taskQueue: 'orders-payment', runsWorkflows: false },
      { taskQueue: 'orders-carrier', runsWorkflows: false },
    ]);
    expect(planQueues(read({ ...OWN, WORKER_QUEUES: 'orders' }))).toEqual([
      { taskQueue: 'orders', runsWorkflows: true },
    ]);
  });

  test.each([
    [{ WORKER_QUEUES: 'orders,refunds' }, 'must be some of orders, payment, carrier'],
    [{ WORKER_QUEUES: 'payment' }, 'WORKER_QUEUES is payment, and none of these has a queue of its own'],
    [{ PAYMENT_RATE_LIMIT: '5' }, 'PAYMENT_RATE_LIMIT needs a PAYMENT_TASK_QUEUE that nothing else is on'],
    [
      { CARRIER_TASK_QUEUE: 'providers', PAYMENT_TASK_QUEUE: 'providers', CARRIER_RATE_LIMIT: '5' },
      'CARRIER_RATE_LIMIT needs a CARRIER_TASK_QUEUE that nothing else is on',
    ],
    [{ ...OWN, PAYMENT_RATE_LIMIT: '0' }, 'PAYMENT_RATE_LIMIT is wrong'],
    [{ METRICS_PORT: '9464', TEMPORAL_METRICS_PORT: '9464' }, 'METRICS_PORT and TEMPORAL_METRICS_PORT are the same'],
    [{ WORKER_BUILD_ID: '4f2c1a9' }, 'WORKER_DEPLOYMENT_NAME and WORKER_BUILD_ID need each other'],
    [{ WORKER_DEPLOYMENT_NAME: 'oms.eu', WORKER_BUILD_ID: '1.2.0' }, 'must be 1 to 100 letters, digits or dashes'],
  ])('are refused as %j, with what to mend', (settings, message) => {
    expect(() => read(settings)).toThrow(message);
  });
});
