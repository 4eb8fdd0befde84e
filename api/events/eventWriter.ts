import type { Response } from 'express';

/** One stream of server-sent events to one client. */
export interface EventWriter {
  readonly closed: boolean;
  write(event: { id?: string; type: string; data: unknown }): void;
  /** Resolves when the client has taken what was written, or is gone. */
  drained(): Promise<void>;
  onClose(listener: () => void): void;
  end(): void;
}

const HEARTBEAT_MS = 15_000;
/** A client that takes nothing for so long, or lets so much pile up, is cut off: it can resume where it stopped. */
const STALLED_MS = 10_000;
const MOST_WAITING_BYTES = 256 * 1024;

export function createEventWriter(response: Response, forget: () => void): EventWriter {
  const listeners: (() => void)[] = [forget];
  let closed = false;
  let stalled: NodeJS.Timeout | undefined;

  response.status(200).set({
    'Content-Type': 'text/event-stream; charset=utf-8',
    'Cache-Control': 'no-store',
    // Proxies of the nginx family would hold events back to fill their buffer.
    'X-Accel-Buffering': 'no',
  });
  response.flushHeaders();

  const send = (text: string) => {
    if (closed) return;
    const taken = response.write(text);
    if (response.writableLength > MOST_WAITING_BYTES) response.destroy();
    else if (!taken) stalled ??= setTimeout(() => response.destroy(), STALLED_MS).unref();
  };
  const heartbeat = setInterval(() => send(':\n\n'), HEARTBEAT_MS).unref();

  response.on('drain', () => {
    clearTimeout(stalled);
    stalled = undefined;
  });
  response.once('close', () => {
    closed = true;
    clearInterval(heartbeat);
    clearTimeout(stalled);
    for (const listener of listeners) listener();
  });
  send('retry: 1000\n\n');

  return {
    get closed() {
      return closed;
    },
    write({ id, type, data }) {
      const idLine = id === undefined ? '' : `id: ${id}\n`;
      send(`${idLine}event: ${type}\ndata: ${JSON.stringify(data)}\n\n`);
    },
    drained: () =>
      closed || !response.writableNeedDrain
        ? Promise.resolve()
        : new Promise((resolve) => {
            response.once('drain', resolve);
            response.once('close', resolve);
          }),
    onClose: (listener) => void (closed ? listener() : listeners.push(listener)),
    end() {
      if (!closed) response.end();
    },
  };
}
