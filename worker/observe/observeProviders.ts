import type { Carrier } from '../../providers/carriers/port';
import { ProviderRejected, ProviderUnavailable } from '../../providers/failures';
import type { StockSink, StockSource } from '../../providers/inventory/port';
import type { Mailer } from '../../providers/messaging/port';
import type { PaymentGateway } from '../../providers/payments/port';
import type { ProviderKind, WorkerMetrics } from '../metrics';

type Metrics = Pick<WorkerMetrics, 'providerCalls'>;

/** The gateway as it is, with its calls counted and measured. */
export function observeGateway(gateway: PaymentGateway, metrics: Metrics): PaymentGateway {
  const observed = createObserver('payment', gateway.name, metrics);
  const outcomeOf = ({ outcome }: { outcome: string }) => outcome;
  return {
    name: gateway.name,
    authorise: observed('authorise', (request) => gateway.authorise(request), outcomeOf),
    capture: observed('capture', (request) => gateway.capture(request), outcomeOf),
    void: observed('void', (request) => gateway.void(request), outcomeOf),
    refund: observed('refund', (request) => gateway.refund(request), outcomeOf),
    find: observed('find', (key) => gateway.find(key), foundOrNot),
  };
}

/** The carrier as it is, with its calls counted and measured. */
export function observeCarrier(carrier: Carrier, metrics: Metrics): Carrier {
  const observed = createObserver('carrier', carrier.name, metrics);
  return {
    name: carrier.name,
    rates: observed('rates', (request) => carrier.rates(request)),
    book: observed('book', (request) => carrier.book(request)),
    find: observed('find', (key) => carrier.find(key), foundOrNot),
    cancel: observed(
      'cancel',
      (request) => carrier.cancel(request),
      ({ cancelled }) => (cancelled ? 'succeeded' : 'refused'),
    ),
    track: observed('track', (reference) => carrier.track(reference)),
    readCallback: (headers, rawBody, now) => carrier.readCallback(headers, rawBody, now),
  };
}

/** The mail server as it is, with what it is sent counted and measured. */
export function observeMailer(mailer: Mailer, metrics: Metrics): Mailer {
  const observed = createObserver('mail', 'smtp', metrics);
  return { send: observed('send', (message) => mailer.send(message)), close: () => mailer.close() };
}

/** The source of levels as it is, with its pages counted and measured. */
export function observeStockSource(source: StockSource, metrics: Metrics): StockSource {
  const observed = createObserver('stock', source.name, metrics);
  return { name: source.name, readLevels: observed('read_levels', (cursor) => source.readLevels(cursor)) };
}

/** The sink of events as it is, with what it is told counted and measured. */
export function observeStockSink(sink: StockSink, metrics: Metrics): StockSink {
  const observed = createObserver('stock', sink.name, metrics);
  return { name: sink.name, send: observed('send_event', (event) => sink.send(event)) };
}

function createObserver(kind: ProviderKind, provider: string, { providerCalls }: Metrics) {
  return <I, O>(operation: string, call: (input: I) => Promise<O>, outcomeOf: (answer: O) => string = succeeded) => {
    return async (input: I): Promise<O> => {
      const startedAt = performance.now();
      const note = (outcome: string) =>
        providerCalls.observe({ kind, provider, operation, outcome }, (performance.now() - startedAt) / 1000);
      try {
        const answer = await call(input);
        note(outcomeOf(answer));
        return answer;
      } catch (error) {
        note(nameFailure(error));
        throw error;
      }
    };
  };
}

const succeeded = () => 'succeeded';
const foundOrNot = (answer: object | undefined) => (answer === undefined ? 'unknown' : 'found');

function nameFailure(error: unknown): string {
  if (error instanceof ProviderUnavailable) return 'unavailable';
  return error instanceof ProviderRejected ? 'rejected' : 'failed';
}
