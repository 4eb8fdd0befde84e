import { connect } from 'node:net';

export interface RawReply {
  status: number;
  headers: Record<string, string>;
  text: string;
}

const LIMIT_MS = 20_000;

/** Sends bytes as they are over a connection of their own, and reads what comes back until the other side ends it. */
export function sendBytes(
  url: string,
  bytes: string | Buffer,
  { saysNoMore = false }: { saysNoMore?: boolean } = {},
): Promise<RawReply[]> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve, reject) => {
    const received: Buffer[] = [];
    const socket = connect(Number(port), hostname, () => (saysNoMore ? socket.end(bytes) : socket.write(bytes)));
    socket.setTimeout(LIMIT_MS, () => {
      socket.destroy();
      reject(new Error(`nothing was said for ${LIMIT_MS} ms to ${bytes.toString('latin1').slice(0, 300)}`));
    });
    socket.on('data', (data: Buffer) => received.push(data));
    // Reset: by a server that has not read all that was sent. What it said before counts.
    socket.on('error', (error: Error & { code?: string }) => (error.code === 'ECONNRESET' ? undefined : reject(error)));
    socket.on('close', () => resolve(readReplies(Buffer.concat(received))));
  });
}

function readReplies(bytes: Buffer): RawReply[] {
  const replies: RawReply[] = [];
  let rest = bytes;
  while (rest.length > 0) {
    const end = rest.indexOf('\r\n\r\n');
    if (end < 0) throw new Error(`not HTTP: ${rest.toString('latin1').slice(0, 200)}`);
    const [start = '', ...lines] = rest.subarray(0, end).toString('latin1').split('\r\n');
    const headers = Object.fromEntries(lines.map((line) => split(line)));
    const length = Number(headers['content-length'] ?? 0);
    const text = rest.subarray(end + 4, end + 4 + length).toString('utf8');
    rest = rest.subarray(end + 4 + length);
    const status = Number(/^HTTP\/1\.1 (\d{3})/.exec(start)?.[1]);
    if (status >= 200) replies.push({ status, headers, text });
  }
  return replies;
}

const split = (line: string): [string, string] => {
  const colon = line.indexOf(':');
  return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()];
};

/** No fault of ours, and every refusal is a problem (RFC 9457). */
export function expectNoFault(replies: readonly RawReply[]): void {
  if (replies.length === 0) throw new Error('no answer');
  for (const { status, headers, text } of replies) {
    if (status >= 500) throw new Error(`answered with ${status}: ${text}`);
    if (status < 400) continue;
    expect([status, headers['content-type']]).toEqual([status, 'application/problem+json']);
    expect(JSON.parse(text)).toMatchObject({ status, code: expect.any(String), requestId: expect.any(String) });
  }
}
