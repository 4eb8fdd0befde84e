import type { Response } from 'express';

/** One stream of server-sent events to one client. */
export interface EventWriter {
  readonly closed: boolean;
  /** The client has not taken yet what was written: wait until it has before writing more. */
  readonly full: boolean;
  write(event: { id?: string; type: string; data: unknown }): void;
  /** Resolves when the client has taken what was written, or is gone. */
  drained(): Promise<void>;
  onClose(listener: () => void): void;
  end(): void;
}

const HEARTBEAT_MS = 15_000;
/** A client that takes nothing for so long is cut off: it can resume where it stopped. */
const STALLED_MS = 10_000;

export function createEventWriter(response: Response, forget: () => void): EventWriter {
  const listeners: (() => void)[] = [forget];
  const waiting: (() => void)[] = [];
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
    if (!response.write(text)) stalled ??= setTimeout(() => response.destroy(), STALLED_MS).unref();
  };
  const heartbeat = setInterval(() => {
    if (stalled === undefined) send(':\n\n');
  }, HEARTBEAT_MS).unref();

  const goOn = () => {
    clearTimeout(stalled);
    stalled = undefined;
    for (const resume of waiting.splice(0)) resume();
  };
  response.on('drain', goOn);
  response.once('close', () => {
    closed = true;
    clearInterval(heartbeat);
    goOn();
    for (const listener of listeners) listener();
  });
  send('retry: 1000\n\n');

  return {
    get closed() {
      return closed;
    },
    get full() {
      return stalled !== undefined;
    },
    write({ id, type, data }) {
      const idLine = id === undefined ? '' : `id: ${id}\n`;
      send(`${idLine}event: ${type}\ndata: ${JSON.stringify(data)}\n\n`);
    },
    drained: () =>
      closed || stalled === undefined ? Promise.resolve() : new Promise((resolve) => void waiting.push(resolve)),
    onClose: (listener) => void (closed ? listener() : listeners.push(listener)),
    end() {
      if (!closed) response.end();
    },
  };
}
