import type { ReplyBody } from './contractClient';

export interface ServerSentEvent {
  id?: string;
  event?: string;
  data: ReplyBody;
}

export interface EventReader {
  status: number;
  /** What has come so far. */
  events: ServerSentEvent[];
  /** Waits until so many events have come. @throws when they do not. */
  until(count: number): Promise<ServerSentEvent[]>;
  /** Resolves when the server has ended the stream. */
  ended: Promise<void>;
  leave(): void;
}

/** Reads a stream of server-sent events as a browser does. */
export async function readEventStream(
  url: string,
  { key, lastEventId }: { key: string; lastEventId?: string },
): Promise<EventReader> {
  const abort = new AbortController();
  const response = await fetch(url, {
    signal: abort.signal,
    headers: {
      authorization: `Bearer ${key}`,
      accept: 'text/event-stream',
      ...(lastEventId === undefined ? {} : { 'last-event-id': lastEventId }),
    },
  });
  const events: ServerSentEvent[] = [];
  const ended = collect(response, events).catch((error: Error) => {
    if (error.name !== 'AbortError' && error.message !== 'terminated') throw error;
  });
  return {
    status: response.status,
    events,
    async until(count) {
      const deadline = Date.now() + 10_000;
      while (events.length < count) {
        if (Date.now() > deadline) throw new Error(`${events.length} events came, not ${count}`);
        await new Promise((resolve) => setTimeout(resolve, 10));
      }
      return events;
    },
    ended,
    leave: () => abort.abort(),
  };
}

async function collect(response: Response, events: ServerSentEvent[]): Promise<void> {
  let text = '';
  const decoder = new TextDecoder();
  for await (const chunk of response.body ?? []) {
    text += decoder.decode(chunk as Uint8Array, { stream: true });
    const blocks = text.split('\n\n');
    text = blocks.pop() ?? '';
    for (const block of blocks) {
      const fields = block.split('\n').map((line) => /^(\w+): (.*)$/.exec(line) ?? []);
      const field = (name: string) => fields.find(([, key]) => key === name)?.[2];
      const data = field('data');
      if (data === undefined) continue;
      const [id, event] = [field('id'), field('event')];
      events.push({
        ...(id === undefined ? {} : { id }),
        ...(event === undefined ? {} : { event }),
        data: JSON.parse(data) as ReplyBody,
      });
    }
  }
}
