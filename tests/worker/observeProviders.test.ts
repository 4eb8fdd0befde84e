import { Registry } from 'prom-client';
import type { PaymentGateway } from '../../providers/payments/port';
import { ProviderRejected, ProviderUnavailable } from '../../providers/failures';
import { createWorkerMetrics } from '../../worker/metrics';
import { observeCarrier, observeGateway, observeMailer } from '../../worker/observe/observeProviders';
import { observeSweeps } from '../../worker/observe/observeSweeps';

const setUp = () => {
  const registry = new Registry();
  const metrics = createWorkerMetrics(registry);
  const calls = async () => {
    const { values } = await metrics.providerCalls.get();
    const counts = values.filter(({ metricName }) => metricName?.endsWith('_count'));
    return counts.map(({ labels: { kind, operation, outcome }, value }) => [kind, operation, outcome, value]);
  };
  return { metrics, calls };
};
const unexpected = () => Promise.reject(new Error('not this one'));

test('a gateway’s answers and failures go through as they are, each counted by what it was', async () => {
  const { metrics, calls } = setUp();
  const declined = { outcome: 'declined', reference: 'r', code: 'c', message: 'm' } as const;
  const away = new ProviderUnavailable('away');
  const refused = new ProviderRejected('no', 'bad_request');
  const gateway: PaymentGateway = {
    name: 'test',
    authorise: async () => declined,
    capture: () => Promise.reject(away),
    void: () => Promise.reject(refused),
    refund: unexpected,
    find: async () => undefined,
  };
  const observed = observeGateway(gateway, metrics);
  const request = { key: 'k', orderId: 'o', amount: 1, currency: 'EUR', authorisation: 'a', token: 't' };
  expect(await observed.authorise(request)).toBe(declined);
  await expect(observed.capture(request)).rejects.toBe(away);
  await expect(observed.void(request)).rejects.toBe(refused);
  await expect(observed.refund(request)).rejects.toThrow('not this one');
  expect(await observed.find('k')).toBeUndefined();
  expect(await calls()).toEqual([
    ['payment', 'authorise', 'declined', 1],
    ['payment', 'capture', 'unavailable', 1],
    ['payment', 'void', 'rejected', 1],
    ['payment', 'refund', 'failed', 1],
    ['payment', 'find', 'unknown', 1],
  ]);
});

test('a carrier that keeps the parcel has refused, and a mail is a call too', async () => {
  const { metrics, calls } = setUp();
  const carrier = observeCarrier(
    {
      name: 'test',
      rates: unexpected,
      book: unexpected,
      find: unexpected,
      cancel: async () => ({ cancelled: false, reason: 'on its way' }),
      track: async () => [],
      readCallback: () => [],
    },
    metrics,
  );
  const kept = await carrier.cancel({ key: 'k', orderId: 'o', reference: 'r' });
  expect(kept).toEqual({ cancelled: false, reason: 'on its way' });
  await carrier.track('r');
  await observeMailer({ send: async () => undefined, close: () => undefined }, metrics).send({
    ...{ id: 'i', orderId: 'o', to: 'ada@example.com', subject: 's', text: 't' },
  });
  expect(await calls()).toEqual([
    ['carrier', 'cancel', 'refused', 1],
    ['carrier', 'track', 'succeeded', 1],
    ['mail', 'send', 'succeeded', 1],
  ]);
});

test('a sweep is counted with what it has mended, and one that fails as failed', async () => {
  const { metrics } = setUp();
  const report = { started: 2, restarted: 1, held: 3, keysForgotten: 9, reservationsExpired: 4, unitsExpired: 5 };
  expect(await observeSweeps(async () => report, metrics)()).toBe(report);
  await expect(observeSweeps(unexpected, metrics)()).rejects.toThrow('not this one');
  const told = async (counter: 'swept' | 'sweeps') =>
    (await metrics[counter].get()).values.map(({ labels, value }) => [...Object.values(labels), value].join(' '));
  expect(await told('swept')).toEqual(['started 2', 'restarted 1', 'held 3']);
  expect(await told('sweeps')).toEqual(['ok 1', 'failed 1']);
});
