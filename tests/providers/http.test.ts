import { createServer } from 'node:net';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { z } from 'zod';
import { ProviderRejected, ProviderUnavailable } from '../../providers/failures';
import { createHttpClient } from '../../providers/http';
import { startStub, type Stub } from './startStub';

let stub: Stub;
const SECRET = 'secret-bearer-key';
const TOKEN = 'tok_secret';

beforeEach(async () => {
  stub = await startStub();
});
afterEach(() => stub.stop());

const client = (url = stub.url, timeoutMs?: number) =>
  createHttpClient({ name: 'gateway', url, key: SECRET, timeoutMs });
const post = { method: 'POST', path: '/pay', body: { token: TOKEN }, key: 'ord_1:auth' } as const;

async function failure(sending: Promise<unknown>): Promise<Error> {
  const error = await sending.then(
    () => new Error('it succeeded'),
    (thrown: unknown) => thrown as Error,
  );
  expect(`${error.message} ${JSON.stringify(error)}`).not.toMatch(new RegExp(`${SECRET}|${TOKEN}`));
  expect(error.cause).toBeUndefined();
  return error;
}

describe('the HTTP client of the providers', () => {
  it('sends JSON with key and bearer, and reads the reply through a schema', async () => {
    stub.answer = { status: 201, body: '{"reference":"auth_1","more":true}' };
    const reply = await client(`${stub.url}/base/`).send(post);
    expect(reply.read(z.object({ reference: z.string() }))).toEqual({ reference: 'auth_1' });
    expect(stub.requests[0]).toMatchObject({
      method: 'POST',
      url: '/base/pay',
      body: '{"token":"tok_secret"}',
      headers: { authorization: `Bearer ${SECRET}`, 'idempotency-key': 'ord_1:auth' },
    });
  });

  it.each([500, 502, 503, 504, 408, 425, 429, 301, 307])('takes %i for an unknown outcome', async (status) => {
    stub.answer = { status, body: '{}', headers: { location: `${stub.url}/elsewhere` } };
    expect(await failure(client().send(post))).toBeInstanceOf(ProviderUnavailable);
    expect(stub.requests).toHaveLength(1);
  });

  it.each([
    ['seconds', '7', 7000],
    ['more than an hour', '999999999', 3_600_000],
    ['a date gone by', 'Wed, 21 Oct 2015 07:28:00 GMT', 0],
    ['nonsense', 'soon', undefined],
  ])('hands on a Retry-After in %s', async (_, value, expected) => {
    stub.answer = { status: 429, body: '{}', headers: { 'retry-after': value } };
    expect(await failure(client().send(post))).toMatchObject({ retryAfterMs: expected });
  });

  it('takes any other 4xx for a refusal with the code of the provider, and none of its words', async () => {
    stub.answer = { status: 422, body: `{"code":"bad_address","message":"${TOKEN} of Ada, Road 1"}` };
    const error = await failure(client().send(post));
    expect(error).toBeInstanceOf(ProviderRejected);
    expect(error).toMatchObject({ code: 'bad_address' });
    expect(error.message).not.toContain('Ada');
    stub.answer = { status: 400, body: `{"code":"a sentence about Ada"}` };
    expect(await failure(client().send(post))).toMatchObject({ code: 'http_400' });
    stub.answer = { status: 403, body: '<html>' };
    expect(await failure(client().send(post))).toMatchObject({ code: 'http_403' });
  });

  it('returns a status which the caller calls an answer', async () => {
    stub.answer = { status: 402, body: '{"outcome":"declined"}' };
    const reply = await client().send({ ...post, answers: [402] });
    expect([reply.status, reply.read(z.object({ outcome: z.string() }))]).toEqual([402, { outcome: 'declined' }]);
  });

  it.each(['', '{"reference":', '<html>', 'null', '{"reference":1}'])(
    'takes the reply %p, which is not of the expected shape, for an unknown outcome',
    async (body) => {
      stub.answer = { status: 200, body };
      const reply = client()
        .send(post)
        .then((given) => given.read(z.object({ reference: z.string() })));
      expect(await failure(reply)).toBeInstanceOf(ProviderUnavailable);
    },
  );

  it('gives up after the time-out of the client, or of the call, and says so', async () => {
    stub.answer = undefined;
    expect((await failure(client(stub.url, 50).send(post))).message).toBe('gateway POST /pay: no answer within 50 ms');
    expect((await failure(client().send({ ...post, timeoutMs: 40 }))).message).toContain('within 40 ms');
  });

  it('gives up when the caller calls it off', async () => {
    stub.answer = undefined;
    const sending = client().send({ ...post, signal: AbortSignal.timeout(30) });
    expect(await failure(sending)).toBeInstanceOf(ProviderUnavailable);
  });

  it('takes a refused or broken connection for an unknown outcome', async () => {
    const breaking = createServer((socket) => socket.once('data', () => socket.destroy()));
    breaking.listen(0, '127.0.0.1');
    await once(breaking, 'listening');
    const url = `http://127.0.0.1:${(breaking.address() as AddressInfo).port}`;
    expect(await failure(client(url).send(post))).toBeInstanceOf(ProviderUnavailable);
    breaking.close();
    await once(breaking, 'close');
    const refused = await failure(client(url).send(post));
    expect(refused).toBeInstanceOf(ProviderUnavailable);
    expect(refused.message).toBe('gateway POST /pay: ECONNREFUSED');
  });

  it('reads no reply without end', async () => {
    stub.answer = { status: 200, body: 'x'.repeat(2 << 20) };
    expect(await failure(client().send(post))).toBeInstanceOf(ProviderUnavailable);
  });

  it('refuses an address with a password in it and a key that no header can carry, quoting neither', () => {
    const make = (url: string, key: string) => () => createHttpClient({ name: 'gateway', url, key });
    expect(make('http://user:hunter2@127.0.0.1', 'k')).toThrow(/^gateway: the address must not contain/);
    expect(make(stub.url, 'line\nbreak')).toThrow(/^gateway: the key has characters/);
  });
});
