import { pino } from 'pino';
import { followEvents } from '../../api/events/followEvents';
import type { OrderEvent } from '../../db/orders/readEvents';

const event = (sequence: number): OrderEvent => ({
  orderId: 'o',
  channel: 'web',
  sequence,
  type: 'test',
  status: 'received',
  actor: 'test',
  data: {},
  at: new Date(0),
  place: { transaction: sequence, position: sequence },
});

describe('a client that is slower than the events come', () => {
  it('gets all of them in order, though only so many are kept in memory for it', async () => {
    const stored: OrderEvent[] = [];
    const seen: number[] = [];
    let tell: (events: OrderEvent[]) => void = () => undefined;
    let drain: () => void = () => undefined;
    let reads = 0;
    const writer = {
      closed: false,
      full: true,
      write: ({ id }: { id?: string }) => void seen.push(Number(id)),
      drained: () => new Promise<void>((resolve) => (drain = resolve)),
      onClose: () => undefined,
      end: () => undefined,
    };
    await followEvents<number, OrderEvent>(
      {
        start: 0,
        pageSize: 200,
        read: async (after) => {
          reads += 1;
          return stored.slice(after, after + 200);
        },
        shows: () => true,
        // As in the feed of all orders, where a gap can't be seen.
        relate: ({ sequence }, at) => (sequence > at ? 'next' : 'old'),
        placeOf: ({ sequence }) => sequence,
        present: ({ sequence, type }) => ({ id: String(sequence), type, data: {} }),
        isLast: () => false,
        over: false,
      },
      {
        hub: { subscribe: async (listener) => ((tell = listener), () => undefined), close: () => undefined },
        writer,
        log: pino({ level: 'silent' }),
      },
    );
    for (let n = 1; n <= 3_000; n += 1) {
      stored.push(event(n));
      tell([event(n)]);
    }
    while (seen.length < 3_000) {
      drain();
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect(seen).toEqual(Array.from({ length: 3_000 }, (_, index) => index + 1));
    expect(reads).toBeGreaterThan(10);
  });
});
