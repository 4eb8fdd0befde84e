import { createHttpClient } from '../http';
import { signWebhook } from '../signWebhook';
import type { StockSink } from './port';

/** A sink that takes each event as a signed POST; its id is the `webhook-id`, by which a repeat is known. */
export function createHttpStockSink({
  url,
  secret,
  timeoutMs,
}: {
  url: string;
  secret: string;
  timeoutMs?: number;
}): StockSink {
  const http = createHttpClient({ name: 'stock sink', url, timeoutMs });
  return {
    name: 'http',
    async send({ id, ...event }) {
      const sign = (body: string) => signWebhook({ id, body, secret, now: new Date() });
      await http.send({ method: 'POST', path: '', body: { id, ...event }, sign });
    },
  };
}
