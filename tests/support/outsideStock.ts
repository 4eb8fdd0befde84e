import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { verifyWebhook } from '../../providers/verifyWebhook';

interface Level {
  sku: string;
  location: string;
  onHand: number;
  asOf: string;
}

/** An outside inventory system: levels in pages of its own cursors, and an inbox that takes each event once and checks who signed it. */
export interface OutsideStock {
  sourceUrl: string;
  sinkUrl: string;
  key: string;
  secret: string;
  levels: Level[];
  pageSize: number;
  /** Cursors of the pages that were asked for. */
  asked: (string | null)[];
  /** Events that were taken, each once. */
  taken: Record<string, unknown>[];
  /** How often an event came that had been taken already. */
  repeats: number;
  /** Asked before each answer: a status to fail with, or nothing. `lose`: it does its work, and the answer is lost. */
  fault: (request: { to: 'source' | 'sink'; count: number }) => number | 'lose' | undefined;
  stop(): Promise<void>;
}

export async function startOutsideStock(): Promise<OutsideStock> {
  const counts = { source: 0, sink: 0 };
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const to = request.url?.startsWith('/levels') ? 'source' : 'sink';
      const fault = outside.fault({ to, count: (counts[to] += 1) });
      if (typeof fault === 'number') response.writeHead(fault).end();
      else if (to === 'source') givePage(request, response);
      else takeEvent({ request, response, body: Buffer.concat(chunks), lose: fault === 'lose' });
    });
  });

  function givePage(request: IncomingMessage, response: ServerResponse): void {
    if (request.headers.authorization !== `Bearer ${outside.key}`) return void response.writeHead(401).end();
    const cursor = new URL(request.url ?? '', 'http://x').searchParams.get('cursor');
    outside.asked.push(cursor);
    const start = cursor === null ? 0 : Number(cursor.replace('after-', ''));
    const end = start + outside.pageSize;
    const nextCursor = end < outside.levels.length ? `after-${end}` : null;
    response.writeHead(200, { 'content-type': 'application/json' });
    response.end(JSON.stringify({ data: outside.levels.slice(start, end), nextCursor }));
  }

  function takeEvent(given: { request: IncomingMessage; response: ServerResponse; body: Buffer; lose: boolean }): void {
    const { request, response, body, lose } = given;
    const why = verifyWebhook({ headers: request.headers, rawBody: body, secret: outside.secret, now: new Date() });
    if (why !== undefined) return void response.writeHead(401).end();
    const event = JSON.parse(body.toString()) as Record<string, unknown>;
    if (event.id !== request.headers['webhook-id']) return void response.writeHead(400).end();
    if (outside.taken.some(({ id }) => id === event.id)) outside.repeats += 1;
    else outside.taken.push(event);
    if (lose) request.socket.destroy();
    else response.writeHead(204).end();
  }

  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const outside: OutsideStock = {
    ...{
      sourceUrl: `${url}/levels`,
      sinkUrl: `${url}/events`,
      key: 'outside-stock-key',
      secret: 'outside-stock-secret',
    },
    ...{ levels: [], pageSize: 2, asked: [], taken: [], repeats: 0, fault: () => undefined },
    async stop() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
  return outside;
}
