import { createLogger } from '../../runtime/logger';
import { onShutdown, type Closer } from '../../runtime/shutdown';

const logger = createLogger({ name: 'test', level: 'silent' });

describe('the shutdown', () => {
  afterEach(() => {
    process.removeAllListeners('SIGTERM');
    process.removeAllListeners('SIGINT');
  });

  test('closes in the order given, once, and then exits', async () => {
    const events: string[] = [];
    const stop = onShutdown({
      logger,
      closers: [closer('http', 20, events), closer('worker', 0, events), closer('database', 0, events)],
      exit: (code) => events.push(`exit ${code}`),
    });
    await Promise.all([stop('first'), stop('again', 1)]);
    expect(events).toEqual(['http', 'worker', 'database', 'exit 0']);
  });

  test('goes on after a closer that fails or hangs', async () => {
    const events: string[] = [];
    const stop = onShutdown({
      logger,
      closers: [
        { name: 'fails', close: () => Promise.reject(new Error('no')), limitMs: 1000 },
        { name: 'hangs', close: () => new Promise(() => undefined), limitMs: 30 },
        closer('database', 0, events),
      ],
      exit: (code) => events.push(`exit ${code}`),
    });
    await stop('test', 3);
    expect(events).toEqual(['database', 'exit 3']);
  });

  test('begins with a signal, and a second one much later ends it at once', () => {
    const now = jest.spyOn(Date, 'now').mockReturnValue(1_000);
    const events: string[] = [];
    onShutdown({
      logger,
      closers: [{ name: 'hangs', close: () => new Promise(() => undefined), limitMs: 50 }],
      exit: (code) => events.push(`exit ${code}`),
    });
    process.emit('SIGTERM');
    now.mockReturnValue(1_100);
    process.emit('SIGINT');
    expect(events).toEqual([]);
    now.mockReturnValue(2_000);
    process.emit('SIGINT');
    expect(events).toEqual(['exit 130']);
    now.mockRestore();
  });
});

function closer(name: string, ms: number, events: string[]): Closer {
  return {
    name,
    limitMs: 1000,
    close: async () => {
      await new Promise((resolve) => setTimeout(resolve, ms));
      events.push(name);
    },
  };
}
