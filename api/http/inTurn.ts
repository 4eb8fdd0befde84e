import type { RequestListener, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

/**
 * Requests of one connection one after the other: the next one begins when the answer before it has left. A client that sends
 * many in one breath and reads none of the answers has one of them made and kept for it, and not hundreds.
 */
export function inTurn(handle: RequestListener): RequestListener {
  const newest = new WeakMap<Socket, ServerResponse>();
  return (request, response) => {
    const { socket } = request;
    const before = newest.get(socket);
    newest.set(socket, response);
    if (before === undefined || before.closed) {
      handle(request, response);
      return;
    }
    before.once('close', () => {
      if (!socket.destroyed) handle(request, response);
    });
  };
}
