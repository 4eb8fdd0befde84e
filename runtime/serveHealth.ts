import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { registry } from './metrics';

export interface HealthServer {
  url: string;
  close(): Promise<void>;
}

/** GET /healthz, /readyz and /metrics for a process that has no API of its own. Port 0 takes a free one. */
export async function serveHealth({
  host,
  port,
  isReady,
}: {
  host: string;
  port: number;
  isReady: () => boolean | Promise<boolean>;
}): Promise<HealthServer> {
  const server = createServer((request, response) => {
    const path = request.url?.split('?')[0] ?? '';
    void answer(path, isReady, response).catch((error: unknown) => {
      send(response, 503, { status: 'failed', reason: (error as Error).message });
    });
  });
  await listen(server, host, port);
  return {
    url: `http://${host}:${(server.address() as AddressInfo).port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function answer(path: string, isReady: () => boolean | Promise<boolean>, response: ServerResponse) {
  if (path === '/healthz') return send(response, 200, { status: 'ok' });
  if (path === '/readyz') {
    const ready = await isReady();
    return send(response, ready ? 200 : 503, { status: ready ? 'ready' : 'not ready' });
  }
  if (path === '/metrics') {
    response.writeHead(200, { 'content-type': registry.contentType });
    return response.end(await registry.metrics());
  }
  return send(response, 404, { status: 'not found' });
}

function send(response: ServerResponse, status: number, body: object) {
  response.writeHead(status, { 'content-type': 'application/json' });
  return response.end(JSON.stringify(body));
}

function listen(server: Server, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      resolve();
    });
  });
}
