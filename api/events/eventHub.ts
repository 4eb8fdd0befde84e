import type { Logger } from 'pino';
import type { Database } from '../../db/connection';
import { readFeedEnd, type FeedPlace } from '../../db/orders/readEvents';

type Listener<E> = (events: readonly E[]) => void;

/** The process' one ear on a feed: reads it only while somebody listens, once for all of them. */
export interface EventHub<E> {
  /**
   * Resolves once nothing can be missed any more: what is committed after that, and not seen by a look at the database
   * taken after that, will come. It may come although such a look has shown it.
   */
  subscribe(listener: Listener<E>): Promise<() => void>;
  close(): void;
}

const PAGE = 500;
const LONGEST_PAUSE_MS = 2_000;

export function createEventHub<E extends { place: FeedPlace }>({
  database,
  log,
  read,
  pollMs = 150,
}: {
  database: Database;
  log: Logger;
  /** What comes after a place, oldest first. */
  read: (after: FeedPlace, limit: number) => Promise<E[]>;
  pollMs?: number;
}): EventHub<E> {
  const listeners = new Set<Listener<E>>();
  let place: Promise<FeedPlace> | undefined;
  let timer: NodeJS.Timeout | undefined;
  let closed = false;

  const poll = async (after: FeedPlace): Promise<FeedPlace> => {
    const events = await read(after, PAGE);
    const last = events.at(-1);
    if (last === undefined) return after;
    for (const listener of listeners) {
      try {
        listener(events);
      } catch (error) {
        log.error({ err: error }, 'a listener of the event feed failed');
      }
    }
    return events.length === PAGE ? poll(last.place) : last.place;
  };

  const run = async (from: FeedPlace): Promise<void> => {
    let at = from;
    let pauseMs = pollMs;
    for (;;) {
      await new Promise<void>((resolve) => {
        timer = setTimeout(resolve, pauseMs).unref();
      });
      if (closed || listeners.size === 0) break;
      try {
        at = await poll(at);
        pauseMs = pollMs;
      } catch (error) {
        // Nothing is lost: the next look goes on from the same place.
        if (pauseMs === pollMs) log.warn({ err: error }, 'the event feed can not be read');
        pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS);
      }
    }
    place = undefined;
    // Somebody may have come in the very moment that the last one left.
    if (listeners.size > 0 && !closed) await begin();
  };

  const begin = async (): Promise<void> => {
    if (place !== undefined) {
      await place;
      return;
    }
    place = readFeedEnd(database);
    try {
      const from = await place;
      void run(from);
    } catch (error) {
      place = undefined;
      throw error;
    }
  };

  return {
    async subscribe(listener) {
      listeners.add(listener);
      try {
        await begin();
      } catch (error) {
        listeners.delete(listener);
        throw error;
      }
      return () => void listeners.delete(listener);
    },
    close() {
      closed = true;
      listeners.clear();
      clearTimeout(timer);
    },
  };
}
