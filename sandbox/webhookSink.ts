import { z } from 'zod';
import { openJournal, type Position } from './journal';
import type { Routes } from './router';
import { readCount } from './readCount';

interface Received {
  id: number;
  at: string;
  name: string;
  headers: Record<string, unknown>;
  /** As it came, byte for byte, so that a signature over it can be checked. */
  body: string;
  answered: number;
}

const controlBody = z.object({ status: z.int().min(200).max(599), delayMs: z.int().min(0).max(60_000).default(0) });

/**
 * An address to send webhooks to: all that arrives is kept, and read back with GET. Only where each stands in the file
 * is kept in memory.
 */
export function createWebhookSink(path: string): { routes: Routes; close(): void } {
  const received = new Map<string, Position[]>();
  const answers = new Map<string, { status: number; delayMs: number }>();
  let last = 0;
  const journal = openJournal<Received>(path, remember);

  function remember({ id, name }: Received, position: Position): void {
    last = Math.max(last, id);
    const positions = received.get(name);
    if (positions) positions.push(position);
    else received.set(name, [position]);
  }

  const routes: Routes = {
    'POST /webhooks/:name': ({ params, headers, rawBody }) => {
      const name = params['name'] ?? '';
      const { status, delayMs } = answers.get(name) ?? { status: 200, delayMs: 0 };
      const at = new Date().toISOString();
      const entry: Received = { id: last + 1, at, name, headers, body: rawBody.toString('utf8'), answered: status };
      remember(entry, journal.append(entry));
      return { status, body: { id: entry.id }, afterMs: delayMs };
    },
    'GET /webhooks/:name': ({ params, query }) => {
      const positions = received.get(params['name'] ?? '') ?? [];
      const limit = readCount(query, 'limit', 1) ?? 1000;
      return { status: 200, body: { data: positions.slice(-limit).map((place) => journal.read(place)) } };
    },
    'POST /control/webhooks/:name': (request) => {
      const answer = request.body(controlBody);
      answers.set(request.params['name'] ?? '', answer);
      return { status: 200, body: answer };
    },
  };
  return { routes, close: () => journal.close() };
}
