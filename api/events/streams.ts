import type { Response } from 'express';
import { Refusal } from '../../domain/failures';
import type { ApiMetrics } from '../metrics';
import { createEventWriter, type EventWriter } from './eventWriter';

const MOST_PER_KEY = 500;
const MOST = 2_000;

/** The event streams that are open in this process. */
export interface Streams {
  /** @throws {Refusal} rate_limited when there are too many; dependency_unavailable when the process is ending. */
  open(response: Response, keyId: string): EventWriter;
  closeAll(): void;
}

export function createStreams({ metrics }: { metrics: Pick<ApiMetrics, 'streams'> }): Streams {
  const open = new Map<EventWriter, string>();
  let closing = false;
  return {
    open(response, keyId) {
      if (closing) throw new Refusal('dependency_unavailable', 'this process is ending', { retryAfterSeconds: 1 });
      const ofKey = [...open.values()].filter((id) => id === keyId).length;
      if (ofKey >= MOST_PER_KEY || open.size >= MOST) {
        throw new Refusal('rate_limited', `${ofKey} event streams of this key are open already; close some`, {
          retryAfterSeconds: 10,
        });
      }
      const writer = createEventWriter(response, () => {
        open.delete(writer);
        metrics.streams.set(open.size);
      });
      open.set(writer, keyId);
      metrics.streams.set(open.size);
      return writer;
    },
    closeAll() {
      closing = true;
      for (const writer of open.keys()) writer.end();
    },
  };
}
