import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Delivery {
  headers: IncomingHttpHeaders;
  rawBody: Buffer;
  body: { eventId: string; shipmentId: string; status: string };
  answered: number;
}

export interface Receiver {
  url: string;
  deliveries: Delivery[];
  /** Statuses of what was answered with 2xx, in the order of arrival. */
  taken(shipmentId: string): string[];
  stop(): Promise<void>;
}

/** Takes callbacks as the order system would; `decide` gives the status of each answer, 0 breaks the connection. */
export async function startReceiver(
  decide: (body: Delivery['body'], count: number) => number = () => 200,
): Promise<Receiver> {
  const deliveries: Delivery[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const rawBody = Buffer.concat(chunks);
      const body = JSON.parse(rawBody.toString()) as Delivery['body'];
      const answered = decide(body, deliveries.length);
      deliveries.push({ headers: request.headers, rawBody, body, answered });
      if (answered === 0) request.socket.destroy();
      else response.writeHead(answered).end('thanks');
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/callbacks`,
    deliveries,
    taken: (shipmentId) =>
      deliveries
        .filter(({ body, answered }) => body.shipmentId === shipmentId && answered >= 200 && answered < 300)
        .map(({ body }) => body.status),
    async stop() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
