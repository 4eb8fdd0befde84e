import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { startTcpFaultProxy, type TcpFaultProxy } from '../../faults/tcpFaultProxy';

/** Behind the proxy stands a server that says back whatever it hears. */
let server: Server;
let proxy: TcpFaultProxy;
let heard: string;
const atServer = new Set<Socket>();
const clients: Client[] = [];

beforeEach(async () => {
  heard = '';
  server = createServer((socket) => {
    atServer.add(socket);
    socket.on('error', () => undefined);
    socket.on('close', () => atServer.delete(socket));
    socket.on('data', (data) => {
      heard += data.toString();
      socket.write(data);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  proxy = await startTcpFaultProxy({ host: '127.0.0.1', port: (server.address() as AddressInfo).port });
});
afterEach(async () => {
  for (const client of clients.splice(0)) client.socket.destroy();
  await proxy.close();
  for (const socket of atServer) socket.destroy();
  await new Promise((resolve) => server.close(resolve));
});

interface Client {
  socket: Socket;
  received(): string;
  error(): string | undefined;
  closed: Promise<void>;
}
async function open(): Promise<Client> {
  const socket = connect(proxy.port, '127.0.0.1');
  let received = '';
  let error: string | undefined;
  socket.on('data', (data) => (received += data.toString()));
  socket.on('error', (failure: NodeJS.ErrnoException) => (error = failure.code));
  const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()));
  await once(socket, 'connect');
  const client = { socket, received: () => received, error: () => error, closed };
  clients.push(client);
  return client;
}
const wait = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
async function until(isSo: () => boolean): Promise<void> {
  const deadline = Date.now() + 5_000;
  while (!isSo()) {
    if (Date.now() > deadline) throw new Error('not within 5 s');
    await wait(5);
  }
}
async function echo(client: Client, text: string): Promise<number> {
  const begun = Date.now();
  const before = client.received().length;
  client.socket.write(text);
  await until(() => client.received().length >= before + text.length);
  return Date.now() - begun;
}

describe('a sound way', () => {
  test('carries every byte in both directions, however many, and the end of each side', async () => {
    const client = await open();
    const text = 'x'.repeat(3_000_000);
    client.socket.write(text);
    await until(() => client.received().length === text.length);
    client.socket.end();
    await client.closed;
    await until(() => atServer.size === 0);
  });

  test('leads nowhere before it is aimed', async () => {
    const aimless = await startTcpFaultProxy();
    const socket = connect(aimless.port, '127.0.0.1');
    socket.on('error', () => undefined);
    await once(socket, 'close');
    aimless.aim({ host: '127.0.0.1', port: (server.address() as AddressInfo).port });
    const second = connect(aimless.port, '127.0.0.1');
    second.write('hello');
    expect(String(await once(second, 'data'))).toBe('hello');
    second.destroy();
    await aimless.close();
  });
});

describe('faults', () => {
  test('latency delays what is said, both ways, and keeps its order', async () => {
    const client = await open();
    proxy.set({ kind: 'latency', ms: 100 });
    expect(await echo(client, 'one')).toBeGreaterThanOrEqual(195);
    proxy.heal();
    expect(await echo(client, 'two')).toBeLessThan(100);
    expect(client.received()).toBe('onetwo');
  });

  test('slow deals out the bytes of a second', async () => {
    const client = await open();
    proxy.set({ kind: 'slow', bytesPerSecond: 2_000 });
    expect(await echo(client, 'y'.repeat(600))).toBeGreaterThanOrEqual(250);
    expect(heard).toBe('y'.repeat(600));
  });

  test('cut ends all connections and each new one, until it heals', async () => {
    const client = await open();
    await echo(client, 'before');
    proxy.set({ kind: 'cut' });
    await client.closed;
    await until(() => atServer.size === 0);
    await (
      await open()
    ).closed;
    proxy.heal();
    await echo(await open(), 'after');
  });

  test('reset breaks connections so that both sides get an error', async () => {
    const client = await open();
    await echo(client, 'before');
    proxy.set({ kind: 'reset' });
    await client.closed;
    expect(client.error()).toBe('ECONNRESET');
    await until(() => atServer.size === 0);
  });

  test('half_open takes all and gives nothing, keeps the ends from each other, and spares who said nothing', async () => {
    const silent = await open();
    const client = await open();
    await echo(silent, 'a');
    await echo(client, 'b');
    proxy.set({ kind: 'half_open' });
    client.socket.write('lost');
    const late = await open();
    late.socket.write('lost as well');
    await wait(100);
    expect(heard).toBe('ab');
    proxy.heal();
    client.socket.write('and what comes after');
    client.socket.end();
    await echo(silent, 'c');
    await echo(await open(), 'd');
    expect(heard).toBe('abcd');
    expect([client.received(), late.received()]).toEqual(['b', '']);
    // The server still believes in the one whose end was swallowed.
    expect(atServer.size).toBe(4);
  });

  test('half_open one way only loses the answer to what was done', async () => {
    const client = await open();
    proxy.set({ kind: 'half_open', only: 'to_client' });
    client.socket.write('do it');
    await until(() => heard === 'do it');
    await wait(50);
    expect(client.received()).toBe('');
  });

  test('limit_data lets the first bytes through and then breaks the connection', async () => {
    const client = await open();
    proxy.set({ kind: 'limit_data', bytes: 10, only: 'to_client' });
    client.socket.write('0123456789abcdef');
    // libuv may tell the reset as an end, when it finds both the last bytes and the reset at once.
    await client.closed;
    expect(client.received().length).toBeLessThanOrEqual(10);
    expect(heard).toBe('0123456789abcdef');
  });
});
