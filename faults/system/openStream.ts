import { request, type ClientRequest } from 'node:http';

export interface StreamedEvent {
  id: string | undefined;
  type: string;
  data: Record<string, unknown>;
}

export interface Stream {
  /** All events so far, over every connection. */
  events: readonly StreamedEvent[];
  lastId(): string | undefined;
  isOpen(): boolean;
  close(): void;
}

/** One connection that takes what comes, or (`stalled`) that takes nothing. It stays closed once it ends. */
export function openStream(
  url: string,
  options: { key: string; lastEventId?: string | undefined; stalled?: boolean; into?: StreamedEvent[] },
): Stream {
  const { key, lastEventId, stalled = false, into = [] } = options;
  let open = true;
  let left = '';
  const end = () => void (open = false);
  const sent: ClientRequest = request(
    url,
    {
      agent: false,
      headers: {
        authorization: `Bearer ${key}`,
        accept: 'text/event-stream',
        ...(lastEventId === undefined ? {} : { 'last-event-id': lastEventId }),
      },
    },
    (response) => {
      response.on('close', end);
      response.on('error', end);
      if (stalled) return;
      response.setEncoding('utf8');
      response.on('data', (text: string) => {
        const blocks = (left + text).split('\n\n');
        left = blocks.pop() ?? '';
        for (const block of blocks) {
          const event = parseEvent(block);
          if (event !== undefined) into.push(event);
        }
      });
    },
  );
  sent.on('error', end);
  sent.end();
  return {
    events: into,
    lastId: () => into.findLast(({ id }) => id !== undefined)?.id,
    isOpen: () => open,
    close: () => void sent.destroy(),
  };
}

/** Comments and the time to wait are no events. */
function parseEvent(block: string): StreamedEvent | undefined {
  const fields = block.split('\n').map((line) => /^(\w+): ?(.*)$/.exec(line));
  const valueOf = (name: string) => fields.find((field) => field?.[1] === name)?.[2];
  const data = valueOf('data');
  if (data === undefined) return undefined;
  return { id: valueOf('id'), type: valueOf('event') ?? 'message', data: JSON.parse(data) as Record<string, unknown> };
}
