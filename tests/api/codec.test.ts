import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { defaultPayloadConverter } from '@temporalio/common';
import { createPayloadCodec } from '../../runtime/payloadCodec';
import { readPayloadKeys } from '../../runtime/payloadKeys';
import { findTemporalCli } from '../../runtime/dev/findTemporalCli';
import { newKey, shopOrder } from '../support/shopOrder';
import { startTestApi, type TestApi } from '../support/testApi';

const ROOT = resolve(__dirname, '../..');
const UI = 'http://temporal.example:8233';
const KEYS = `one:${randomBytes(32).toString('base64')}`;
const NAMESPACE = { 'X-Namespace': 'default' };

let api: TestApi;
beforeAll(async () => {
  api = await startTestApi({ settings: { PAYLOAD_KEYS: KEYS, TEMPORAL_UI_URL: `${UI}/` } });
});
afterAll(() => api.close());

type Wire = { metadata: Record<string, string>; data: string };
const toWire = ({ metadata, data }: ReturnType<typeof defaultPayloadConverter.toPayload>): Wire => ({
  metadata: Object.fromEntries(
    Object.entries(metadata ?? {}).map(([name, value]) => [name, Buffer.from(value).toString('base64')]),
  ),
  data: Buffer.from(data ?? []).toString('base64'),
});
const clear = toWire(defaultPayloadConverter.toPayload({ reason: 'customer_asked' }));
const sealed = async () => {
  const codec = createPayloadCodec(readPayloadKeys(KEYS));
  const [payload = {}] = await codec.encode([defaultPayloadConverter.toPayload({ reason: 'customer_asked' })]);
  return toWire(payload);
};
const call = (what: 'decode' | 'encode', payloads: unknown[], headers: Record<string, string> = NAMESPACE) =>
  api.ops.post(`/v1/codec/${what}`, { body: { payloads }, headers });

describe('the codec server', () => {
  test('decrypts, and passes on what is in clear', async () => {
    const { status, body, headers } = await call('decode', [await sealed(), clear]);
    expect([status, body['payloads']]).toEqual([200, [clear, clear]]);
    expect(headers.get('cache-control')).toBe('no-store');
  });

  test('encrypts what is typed into the UI', async () => {
    const { body } = await call('encode', [clear]);
    const [made] = body['payloads'] as Wire[];
    expect(Buffer.from(made?.metadata['encoding'] ?? '', 'base64').toString()).toBe('binary/encrypted');
    expect((await call('decode', [made])).body['payloads']).toEqual([clear]);
  });

  test('leaves a line in the log that says who has read, and nothing of what', async () => {
    api.log.length = 0;
    await call('decode', [await sealed()]);
    const line = api.log.find(({ msg }) => msg === 'payloads were decoded');
    expect(line).toMatchObject({ payloads: 1, under: ['one'], namespace: 'default' });
    expect(String(line?.['keyId'])).toMatch(/^key_/);
    expect(JSON.stringify(api.log)).not.toMatch(/customer_asked|Y3VzdG9tZXJfYXNrZWQ/);
  });

  test('is for operations alone, and for the namespace of the orders', async () => {
    const denied = await api.channel.post('/v1/codec/decode', {
      body: { payloads: [await sealed()] },
      headers: NAMESPACE,
    });
    expect([denied.status, denied.body.code]).toEqual([403, 'forbidden']);
    for (const headers of [{}, { 'X-Namespace': 'other' }] as Record<string, string>[]) {
      const reply = await call('decode', [await sealed()], headers);
      expect([reply.status, reply.body.errors]).toEqual([
        422,
        [{ pointer: 'X-Namespace', message: 'must be default, the namespace of these orders' }],
      ]);
    }
  });

  test('says which key it lacks, and takes no nonsense', async () => {
    const codec = createPayloadCodec(readPayloadKeys(`lost:${randomBytes(32).toString('base64')}`));
    const [strange = {}] = await codec.encode([defaultPayloadConverter.toPayload(1)]);
    const reply = await call('decode', [toWire(strange)]);
    expect([reply.status, reply.body.detail]).toEqual([422, expect.stringContaining('under the key "lost"')]);
    expect((await call('decode', [{ metadata: { encoding: 'no base64!' } }])).status).toBe(422);
  });

  test('may be called from the pages of the Temporal UI, and from those of nobody else', async () => {
    const preflight = (origin: string) =>
      fetch(`${api.url}/v1/codec/decode`, {
        method: 'OPTIONS',
        headers: { origin, 'access-control-request-method': 'POST', 'access-control-request-headers': 'x-namespace' },
      });
    const allowed = await preflight(UI);
    expect(allowed.status).toBe(204);
    expect(Object.fromEntries(allowed.headers)).toMatchObject({
      'access-control-allow-origin': UI,
      'access-control-allow-methods': 'POST',
      'access-control-allow-headers': 'authorization, content-type, x-namespace',
      vary: 'Origin',
    });
    expect((await preflight('http://evil.example')).headers.get('access-control-allow-origin')).toBeNull();
    const refused = await api.nobody.post('/v1/codec/decode', { body: { payloads: [] }, headers: { origin: UI } });
    expect([refused.status, refused.headers.get('access-control-allow-origin')]).toEqual([401, UI]);
    const elsewhere = await fetch(`${api.url}/v1/orders`, { method: 'OPTIONS', headers: { origin: UI } });
    expect(elsewhere.headers.get('access-control-allow-origin')).toBeNull();
  });

  test("shows an order's input to Temporal's own command line, which sees nothing without it", async () => {
    const { body: order } = await api.channel.post('/v1/orders', { body: shopOrder(), headers: newKey() });
    const cli = await findTemporalCli({
      cliPath: process.env['TEMPORAL_CLI_PATH'],
      binFolders: [join(ROOT, '.oms', 'bin')],
      root: ROOT,
      say: () => undefined,
    });
    const show = async (...more: string[]) => {
      const args = ['workflow', 'describe', '--workflow-id', order.id, '--output', 'json', ...more];
      return (await promisify(execFile)(cli, [...args, '--address', api.config.TEMPORAL_ADDRESS])).stdout;
    };
    const endpoint = ['--codec-endpoint', `${api.url}/v1/codec`, '--codec-auth', `Bearer ${api.secrets.ops}`];
    expect(await show()).not.toContain(order.lines[0]?.sku);
    expect(await show(...endpoint)).toContain(order.lines[0]?.sku);
  });
});
