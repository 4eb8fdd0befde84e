import type { Logger } from 'pino';
import type { EventHub } from './eventHub';
import type { EventWriter } from './eventWriter';

/** What a stream of events `E` shows, and how it knows where it is. `P` is a place in it. */
export interface EventSource<P, E> {
  start: P;
  /** A page of what comes after a place, oldest first; a short page is the last one for now. */
  read(after: P): Promise<E[]>;
  pageSize: number;
  shows(event: E): boolean;
  /** How an event stands to the place reached: `gap` means that something between them has not been seen. */
  relate(event: E, at: P): 'old' | 'next' | 'gap';
  placeOf(event: E): P;
  present(event: E): { id: string; type: string; data: unknown };
  /** Nothing comes after this event. */
  isLast(event: E): boolean;
  /** Nothing comes any more but what can be read now. */
  over: boolean;
}

/** So many events may wait for a slow client; then they are let go, and read again when it has caught up. */
const MOST_WAITING = 1_000;

/** Sends what happened since `start`, then what happens, until the client leaves or the last event was sent. */
export async function followEvents<P, E>(
  source: EventSource<P, E>,
  { hub, writer, log }: { hub: EventHub<E>; writer: EventWriter; log: Logger },
): Promise<void> {
  let at = source.start;
  let ended = source.over;
  let letGo = false;
  let working = true;
  const waiting: E[] = [];

  const send = async (event: E) => {
    writer.write(source.present(event));
    at = source.placeOf(event);
    ended ||= source.isLast(event);
    if (writer.full) await writer.drained();
  };
  const catchUp = async () => {
    letGo = false;
    for (let more = true; more && !writer.closed;) {
      const page = await source.read(at);
      for (const event of page) await send(event);
      more = page.length === source.pageSize;
    }
  };
  const work = async () => {
    for (let event = waiting.shift(); event !== undefined && !writer.closed; event = waiting.shift()) {
      const relation = letGo ? 'gap' : source.relate(event, at);
      if (relation === 'next') await send(event);
      else if (relation === 'gap') await catchUp();
    }
    if (ended && !writer.closed) {
      await catchUp();
      writer.write({ type: 'end', data: {} });
      writer.end();
    }
  };
  const fail = (error: unknown) => {
    // Cut off, the client comes back and goes on from the last event it has got.
    log.warn({ err: error }, 'an event stream was cut off');
    writer.end();
  };
  const wake = (events: readonly E[]) => {
    waiting.push(...events.filter((event) => source.shows(event)));
    if (waiting.length > MOST_WAITING) {
      letGo = true;
      waiting.length = 1;
    }
    if (working || writer.closed || waiting.length === 0) return;
    working = true;
    void work()
      .catch(fail)
      .finally(() => {
        working = false;
        wake([]);
      });
  };

  try {
    writer.onClose(await hub.subscribe(wake));
    await catchUp();
    await work();
  } catch (error) {
    fail(error);
  }
  working = false;
  wake([]);
}
