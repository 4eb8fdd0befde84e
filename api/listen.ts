import { createServer, type Server } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { FAILURES } from '../domain/failures';
import { newId } from '../runtime/newId';
import { inTurn } from './http/inTurn';
import { makeProblem, PROBLEM_TYPE } from './http/problem';
import type { Api } from './server';

export interface ListeningApi {
  url: string;
  close(): Promise<void>;
}

/** How long answers may still take once the process is told to end. */
const LAST_ANSWERS_MS = 8_000;

/** Serves the API. Port 0 takes a free one. A client that is slow to say what it wants is not waited for. */
export async function listen(api: Api, { host, port }: { host: string; port: number }): Promise<ListeningApi> {
  const answer = inTurn(api.app);
  const server = createServer(
    { headersTimeout: 10_000, requestTimeout: 30_000, keepAliveTimeout: 65_000, connectionsCheckingInterval: 5_000 },
    answer,
  );
  server.on('clientError', refuseConnection);
  // `Expect` of anything but 100-continue is passed over, as it may be: Node itself would answer without a problem.
  server.on('checkExpectation', answer);
  const sockets = new Set<Socket>();
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  await start(server, host, port);
  return {
    url: `http://${host}:${(server.address() as AddressInfo).port}`,
    close: () => stop(server, api, sockets),
  };
}

function start(server: Server, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      resolve();
    });
  });
}

function stop(server: Server, api: Api, sockets: ReadonlySet<Socket>): Promise<void> {
  return new Promise((resolve) => {
    const cut = setTimeout(() => server.closeAllConnections(), LAST_ANSWERS_MS).unref();
    // What is kept alive after its last answer would keep the server open; so would a connection that has never said a word,
    // as clients open them ahead of need, and which Node does not count as idle.
    const sweep = setInterval(() => {
      server.closeIdleConnections();
      for (const socket of sockets) if (socket.bytesRead === 0) socket.destroy();
    }, 50).unref();
    server.close(() => {
      clearTimeout(cut);
      clearInterval(sweep);
      resolve();
    });
    api.close();
    server.closeIdleConnections();
  });
}

/** What never became a request that Express would see: it is told why all the same. */
function refuseConnection(error: Error & { code?: string }, socket: Socket): void {
  if (!socket.writable || error.code === 'ECONNRESET') {
    socket.destroy();
    return;
  }
  const tooLarge = error.code === 'HPE_HEADER_OVERFLOW';
  const code = tooLarge ? 'headers_too_large' : 'malformed_request';
  const detail = tooLarge
    ? 'the headers may have 16 KB in all'
    : error.code === 'ERR_HTTP_REQUEST_TIMEOUT'
      ? 'the request did not come in time'
      : 'this is not HTTP/1.1 as it should be';
  const { status } = FAILURES[code];
  const body = JSON.stringify(makeProblem(code, { detail, requestId: newId('req') }));
  socket.end(
    `HTTP/1.1 ${status} ${tooLarge ? 'Request Header Fields Too Large' : 'Bad Request'}\r\nConnection: close\r\n` +
      `Content-Type: ${PROBLEM_TYPE}\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
  );
}
