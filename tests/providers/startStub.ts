import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Stub {
  url: string;
  /** How every call is answered from now on; nothing at all when undefined. */
  answer: { status: number; body: string; headers?: Record<string, string> } | undefined;
  requests: {
    method: string | undefined;
    url: string | undefined;
    headers: IncomingMessage['headers'];
    body: string;
  }[];
  stop(): Promise<void>;
}

/** A provider that says whatever a test wants it to. */
export async function startStub(): Promise<Stub> {
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const { method, url, headers } = request;
      stub.requests.push({ method, url, headers, body: Buffer.concat(chunks).toString() });
      if (stub.answer) response.writeHead(stub.answer.status, stub.answer.headers).end(stub.answer.body);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const stub: Stub = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    answer: { status: 200, body: '{}' },
    requests: [],
    async stop() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
  return stub;
}
