import { connect, type Socket } from 'node:net';
import { gzipSync } from 'node:zlib';
import { startProcess, type OurProcess } from '../support/ourProcess';
import { expectNoFault, sendBytes } from '../support/sendBytes';
import { openShop, pause, type Shop } from '../support/shop';
import { newKey, shopOrder } from '../support/shopOrder';

/**
 * Connections that are not meant well, to an api process of its own: it refuses them in the words of HTTP, goes on serving
 * others meanwhile, lets go of whoever keeps it waiting, and needs no more memory afterwards than before.
 */
let shop: Shop;
let api: OurProcess;
let url: string;
beforeAll(async () => {
  shop = await openShop({ worker: false });
  api = startProcess('api/main.ts', { ...shop.world.env, API_PORT: '0', RATE_LIMIT_PER_MINUTE: '10000000' });
  url = await api.ready();
});
afterAll(async () => {
  await api.remove();
  await shop.close();
});

const authorization = () => `Authorization: Bearer ${shop.api.secrets.channel}`;
const head = (start: string, ...headers: string[]): string =>
  [`${start} HTTP/1.1`, 'Host: x', ...headers, '', ''].join('\r\n');
const HIDDEN = head('GET /metrics', 'Connection: close');

/** How long the api takes for an ordinary order, and that it takes it. */
async function placeOrder(): Promise<number> {
  const since = performance.now();
  const response = await fetch(`${url}/v1/orders`, {
    method: 'POST',
    headers: { authorization: `Bearer ${shop.api.secrets.channel}`, 'content-type': 'application/json', ...newKey() },
    body: JSON.stringify(shopOrder()),
  });
  expect(response.status).toBe(201);
  await response.arrayBuffer();
  return performance.now() - since;
}
async function readMetric(name: string): Promise<number> {
  const metrics = await (await fetch(`${url}/metrics`)).text();
  return Number(new RegExp(`^${name}(?:\\{.*\\})? (\\S+)$`, 'm').exec(metrics)?.[1]);
}

/** Opens connections and does with each what `speak` does. What the api says to them, and when it ends them, is kept. */
async function openMany(count: number, speak: (socket: Socket) => void) {
  const { hostname, port } = new URL(url);
  const since = Date.now();
  const answers: { text: string; afterMs: number }[] = [];
  const sockets = await Promise.all(
    Array.from(
      { length: count },
      () =>
        new Promise<Socket>((resolve, reject) => {
          const socket = connect(Number(port), hostname, () => resolve(socket));
          let text = '';
          socket.setEncoding('latin1').on('data', (data: string) => (text += data));
          socket.once('error', reject).on('error', () => undefined);
          socket.once('close', () => answers.push({ text, afterMs: Date.now() - since }));
        }),
    ),
  );
  for (const socket of sockets) speak(socket);
  return {
    answers,
    async untilEnded(limitMs: number): Promise<void> {
      while (answers.length < count) {
        if (Date.now() - since > limitMs)
          throw new Error(`${count - answers.length} connections are open after ${limitMs} ms`);
        await pause(100);
      }
    },
    leave: () => sockets.forEach((socket) => socket.destroy()),
  };
}

describe('a request with another one hidden in it', () => {
  const chunked = 'Transfer-Encoding: chunked';
  test.each([
    ['two lengths', ['Content-Length: 5', 'Content-Length: 6'], '0\r\n\r\n'],
    ['a length and chunks', ['Content-Length: 5', chunked], '0\r\n\r\n'],
    ['chunks and a length', [chunked, 'Content-Length: 5'], '0\r\n\r\n'],
    ['a space before the colon', ['Transfer-Encoding : chunked', 'Content-Length: 5'], '0\r\n\r\n'],
    ['a name in two lines', ['Transfer-Encoding:', ' chunked', 'Content-Length: 5'], '0\r\n\r\n'],
    ['an encoding that is none', ['Transfer-Encoding: xchunked'], '0\r\n\r\n'],
    ['chunks that are not last', ['Transfer-Encoding: chunked, identity'], '0\r\n\r\n'],
    ['encodings twice', [chunked, 'Transfer-Encoding: identity'], '0\r\n\r\n'],
    ['a length with a sign', ['Content-Length: +5'], '0\r\n\r\n'],
    ['a negative length', ['Content-Length: -5'], '0\r\n\r\n'],
    ['a length in hexadecimal', ['Content-Length: 0x5'], '0\r\n\r\n'],
    ['a length in a list', ['Content-Length: 5, 5'], '0\r\n\r\n'],
    ['a size of a chunk that is none', [chunked], 'zz\r\n\r\n'],
    ['a chunk without its end', [chunked], '2\r\n{}0\r\n\r\n'],
    ['a chunk of a size beyond all', [chunked], 'fffffffffffffffff\r\n{}\r\n0\r\n\r\n'],
    ['a NUL in a header', ['X-Strange: a\0b'], ''],
    ['a line feed alone', ['X-Strange: a\nContent-Length: 5'], ''],
    ['a carriage return alone', ['X-Strange: a\rContent-Length: 5'], ''],
  ])('by %s is refused, and the hidden one is not answered', async (_how, headers, body) => {
    const replies = await sendBytes(
      url,
      head('POST /v1/orders', authorization(), 'Content-Type: application/json', ...headers) + body + HIDDEN,
    );
    expectNoFault(replies);
    expect(replies.map(({ status }) => status)).toEqual([400]);
  });

  test('in the body of a GET is read as that body, and never as a request', async () => {
    const request = head('GET /healthz', `Content-Length: ${HIDDEN.length}`, 'Connection: close') + HIDDEN;
    expect((await sendBytes(url, request)).map(({ status }) => status)).toEqual([200]);
  });
});

describe('what is no HTTP/1.1', () => {
  test.each([
    ['a greeting of TLS', Buffer.from('160301020001000001fc0303', 'hex')],
    ['a preface of HTTP/2', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'],
    ['a method that is none', 'FETCH / HTTP/1.1\r\nHost: x\r\n\r\n'],
    ['noise', Buffer.from(Array.from({ length: 4_000 }, (_, index) => (index * 7919) % 256))],
    ['a line without end', `GET /${'a'.repeat(20_000)}`],
    ['a thousand headers', head('GET /', ...Array.from({ length: 1_500 }, (_, index) => `X-${index}: 12345678`))],
  ])('(%s) is refused with a problem, and the connection ends', async (_what, bytes) => {
    const replies = await sendBytes(url, bytes);
    expectNoFault(replies);
    expect(replies.every(({ status }) => status === 400 || status === 431)).toBe(true);
  });

  test.each([
    ['HTTP/0.9', 'GET /\r\n\r\n'],
    ['no Host', 'GET /healthz HTTP/1.1\r\nConnection: close\r\n\r\n'],
    ['CONNECT', 'CONNECT example.com:443 HTTP/1.1\r\nHost: example.com:443\r\n\r\n'],
    ['TRACE', 'TRACE / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n'],
    ['OPTIONS *', 'OPTIONS * HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n'],
    ['an upgrade', 'GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n'],
    [
      'another host in its address',
      'GET http://169.254.169.254/latest HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n',
    ],
  ])('but rare (%s) gets an answer of ours, or the end of the connection', async (_what, bytes) => {
    const replies = await sendBytes(url, bytes, { saysNoMore: bytes.includes('Upgrade') });
    for (const { status } of replies) expect(status).toBeLessThan(500);
  });
});

test('a hundred requests in one breath are answered one by one, in their order', async () => {
  const paths = Array.from({ length: 100 }, (_, index) => (index % 2 === 0 ? '/healthz' : `/no-such-${index}`));
  const requests = paths.map((path, index) => head(`GET ${path}`, ...(index === 99 ? ['Connection: close'] : [])));
  const replies = await sendBytes(url, requests.join(''));
  expect(replies.map(({ status }) => status)).toEqual(paths.map((path) => (path === '/healthz' ? 200 : 404)));
});

test('an order is taken at once while hundreds of connections say nothing, little or never all, and those are ended', async () => {
  const drip = (text: string) => (socket: Socket) => {
    let next = 0;
    const timer = setInterval(() => socket.write(text[next++ % text.length] ?? ''), 1_000);
    socket.once('close', () => clearInterval(timer));
  };
  const [silent, slowHeads, slowBodies] = await Promise.all([
    openMany(400, () => undefined),
    openMany(200, (socket) => {
      socket.write('GET /healthz HTTP/1.1\r\nHost: x\r\nX-Slow: ');
      drip('a')(socket);
    }),
    openMany(100, (socket) => {
      socket.write(
        head('POST /v1/orders', authorization(), 'Content-Type: application/json', 'Content-Length: 100000'),
      );
      drip(' ')(socket);
    }),
  ]);
  for (let round = 0; round < 20; round += 1) {
    expect(await placeOrder()).toBeLessThan(5_000);
    await pause(200);
  }
  await silent.untilEnded(40_000);
  await slowHeads.untilEnded(40_000);
  await slowBodies.untilEnded(60_000);
  for (const { text } of [...slowHeads.answers, ...slowBodies.answers]) expect(text).toMatch(/^HTTP\/1\.1 (400|408) /);
}, 150_000);

test('an answer that nobody reads is not produced on and on', async () => {
  for (let index = 0; index < 60; index += 1) await placeOrder();
  const before = await readMetric('process_resident_memory_bytes');
  const many = head('GET /v1/orders?limit=200', authorization()).repeat(300);
  const deaf = await openMany(20, (socket) => {
    socket.pause();
    socket.write(many);
  });
  await pause(5_000);
  expect(await placeOrder()).toBeLessThan(5_000);
  expect((await readMetric('process_resident_memory_bytes')) - before).toBeLessThan(400_000_000);
  deaf.leave();
}, 120_000);

test('bodies made to fill the memory are refused, and afterwards it is as it was', async () => {
  const bomb = gzipSync(Buffer.alloc(100_000_000, ' '));
  const send = async (body: string | Buffer, headers: Record<string, string> = {}): Promise<number> => {
    const response = await fetch(`${url}/v1/orders`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${shop.api.secrets.channel}`,
        'content-type': 'application/json',
        ...newKey(),
        ...headers,
      },
      body,
    });
    await response.arrayBuffer();
    return response.status;
  };
  const deep = '['.repeat(400_000) + ']'.repeat(400_000);
  const wide = JSON.stringify({
    lines: Array.from({ length: 20_000 }, () => ({ sku: 'A', quantity: 1, unitPrice: 1 })),
  });
  const attack = async (): Promise<Set<number>> => {
    const sent = Array.from({ length: 6 }, () => [
      send(bomb, { 'content-encoding': 'gzip' }),
      send(deep),
      send(wide),
      send(JSON.stringify({ reference: 'x'.repeat(1_000_000) })),
      send('x'.repeat(5_000_000)),
    ]);
    return new Set(await Promise.all(sent.flat()));
  };
  const resident = () => readMetric('process_resident_memory_bytes');
  for (let round = 0; round < 3; round += 1) expect(await attack()).toEqual(new Set([413, 422]));
  const before = await resident();
  for (let round = 0; round < 6; round += 1) await attack();
  for (let order = 0; order < 40; order += 1) await placeOrder();
  // What is garbage is let go of when there is need: it may be there, but must not become more with each round.
  expect((await resident()) - before).toBeLessThan(150_000_000);
  expect(await resident()).toBeLessThan(700_000_000);
  expect(await placeOrder()).toBeLessThan(5_000);
}, 180_000);
