import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { Socket } from 'node:net';

const NEW_SOCKET = 'net.client.socket';
const PATIENCE_MS = 10_000;

/**
 * Ends connections of this process to the port over which nothing has come for ten seconds after they were made. gRPC has no
 * time limit for the first word of a server: whoever accepts a connection and then says nothing, as a proxy does before a
 * server that is away, would be waited for without end, and no other connection be tried. @returns what puts an end to it.
 */
export function expectFirstWord(port: number): () => void {
  const watch = (message: unknown) => {
    const { socket } = message as { socket: Socket };
    socket.once('connect', () => {
      if (socket.remotePort !== port) return;
      const timer = setTimeout(() => {
        if (socket.bytesRead === 0) socket.destroy(new Error(`port ${port} has said nothing`));
      }, PATIENCE_MS).unref();
      socket.once('close', () => clearTimeout(timer));
    });
  };
  subscribe(NEW_SOCKET, watch);
  return () => void unsubscribe(NEW_SOCKET, watch);
}
