import type { Socket } from 'node:net';
import type { Direction, LinkFault } from './linkFault';

export interface Pump {
  /** Something of what it should have carried is lost: the other side will hear no more of this one. */
  isDead(): boolean;
  /** The fault has changed: what is waiting is looked at again. */
  wake(): void;
}

/** So much is kept for a receiver that is slower than the sender; then the sender has to wait, as TCP would have it. */
const MOST_QUEUED = 1 << 20;
/** How finely a bandwidth is dealt out. */
const SLICES_PER_SECOND = 20;

/** Carries what one socket says to the other, one way, under the fault of the moment. */
export function startPump(options: {
  from: Socket;
  to: Socket;
  direction: Direction;
  fault: () => LinkFault | undefined;
  /** More than `limit_data` allows was to be carried. */
  onLimit: () => void;
}): Pump {
  const { from, to, direction, onLimit } = options;
  const queue: { data: Buffer; arrivedAt: number }[] = [];
  let queued = 0;
  let carried = 0;
  let ended = false;
  let dead = false;
  let working = false;
  let wakeUp: () => void = () => undefined;

  const fault = (): LinkFault | undefined => {
    const now = options.fault();
    return now !== undefined && 'only' in now && now.only !== undefined && now.only !== direction ? undefined : now;
  };
  const pause = (ms: number) =>
    new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, ms);
      wakeUp = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  const write = (data: Buffer) => {
    carried += data.length;
    return new Promise<void>((resolve) => to.write(data, () => resolve()));
  };

  /** Deals with what is first in the queue, or with a part of it. */
  const step = async (): Promise<void> => {
    const [next] = queue;
    if (next === undefined) return;
    const now = fault();
    const kind = dead ? 'half_open' : now?.kind;
    if (now?.kind === 'latency' && !dead) {
      const left = next.arrivedAt + now.ms - Date.now();
      if (left > 0) return pause(left);
    }
    let part = next.data;
    if (now?.kind === 'slow' && !dead) {
      await pause(1000 / SLICES_PER_SECOND);
      part = next.data.subarray(0, Math.max(1, Math.floor(now.bytesPerSecond / SLICES_PER_SECOND)));
    }
    const isOver = now?.kind === 'limit_data' && carried + part.length > now.bytes;
    if (isOver) part = next.data.subarray(0, Math.max(0, now.bytes - carried));
    next.data = next.data.subarray(part.length);
    queued -= part.length;
    if (next.data.length === 0 || isOver) queue.shift();
    if (queued < MOST_QUEUED && from.isPaused()) from.resume();
    if (kind === 'half_open') dead = true;
    else await write(part);
    if (isOver) onLimit();
  };
  const work = async (): Promise<void> => {
    if (working) return;
    working = true;
    while (queue.length > 0 && !to.destroyed) await step();
    working = false;
    if (!ended || queue.length > 0) return;
    // The end of a side is something said, too.
    if (fault()?.kind === 'half_open') dead = true;
    if (!dead) to.end();
  };

  from.on('data', (data: Buffer) => {
    queue.push({ data, arrivedAt: Date.now() });
    queued += data.length;
    if (queued >= MOST_QUEUED) from.pause();
    void work();
  });
  from.on('end', () => {
    ended = true;
    void work();
  });
  return { isDead: () => dead, wake: () => wakeUp() };
}
