import { randomBytes } from 'node:crypto';
import { defaultPayloadConverter } from '@temporalio/common';
import { loadConfig } from '../../runtime/config';
import { createPayloadCodec } from '../../runtime/payloadCodec';
import { readPayloadKeys } from '../../runtime/payloadKeys';

const key = () => randomBytes(32).toString('base64');
const ONE = `one:${key()}`;
const TWO = `two:${key()}`;
const codec = (keys: string) => createPayloadCodec(readPayloadKeys(keys));
const payloadOf = (value: unknown) => defaultPayloadConverter.toPayload(value);
const valueOf = (payload: ReturnType<typeof payloadOf>) => defaultPayloadConverter.fromPayload(payload);
const SECRET = { sku: 'SHIRT-RED', note: 'Grüße ✓' };

describe('an encrypted payload', () => {
  test('says what it was made with, and nothing else', async () => {
    const [sealed] = await codec(ONE).encode([payloadOf(SECRET)]);
    const bytes = Buffer.concat([...Object.values(sealed?.metadata ?? {}), sealed?.data ?? Buffer.alloc(0)]);
    expect(Buffer.from(sealed?.metadata?.['encoding'] ?? []).toString()).toBe('binary/encrypted');
    expect(codec(ONE).keyOf(sealed ?? {})).toBe('one');
    expect(bytes.toString('latin1')).not.toMatch(/SHIRT|json|sku/);
  });

  test.each([[SECRET], [undefined], [null], [''], [0], [[1, 2]], [new Uint8Array([0, 255])]])(
    'holds %p',
    async (value) => {
      const [opened] = await codec(ONE).decode(await codec(ONE).encode([payloadOf(value)]));
      expect(valueOf(opened ?? {})).toEqual(value);
    },
  );

  test('is another one each time', async () => {
    const [first, second] = await codec(ONE).encode([payloadOf(SECRET), payloadOf(SECRET)]);
    expect(first?.data).not.toEqual(second?.data);
  });

  test('is opened by any of several keys, and made with the first', async () => {
    const old = await codec(ONE).encode([payloadOf(SECRET)]);
    const both = codec(`${TWO},${ONE}`);
    expect((await both.decode(old)).map(valueOf)).toEqual([SECRET]);
    expect((await both.encode([payloadOf(SECRET)])).map(both.keyOf)).toEqual(['two']);
  });

  test('is not opened without its key, with another of the same name, or when a bit has changed', async () => {
    const [sealed = {}] = await codec(ONE).encode([payloadOf(SECRET)]);
    await expect(codec(TWO).decode([sealed])).rejects.toThrow('under the key "one", which is not among PAYLOAD_KEYS');
    await expect(codec(`one:${key()}`).decode([sealed])).rejects.toThrow("can't be decrypted");
    const altered = Buffer.from(sealed.data ?? []);
    altered[20] = (altered[20] ?? 0) ^ 1;
    await expect(codec(ONE).decode([{ ...sealed, data: altered }])).rejects.toThrow("can't be decrypted");
    await expect(codec(ONE).decode([{ ...sealed, data: altered.subarray(0, 20) }])).rejects.toThrow('cut off');
  });

  test('takes a payload in clear as it is, and makes one where the first key is none', async () => {
    const clear = payloadOf(SECRET);
    expect(await codec(ONE).decode([clear])).toEqual([clear]);
    const sealed = await codec(ONE).encode([clear]);
    expect(await codec(`none,${ONE}`).encode([clear])).toEqual([clear]);
    expect((await codec(`none,${ONE}`).decode(sealed)).map(valueOf)).toEqual([SECRET]);
  });
});

describe('PAYLOAD_KEYS', () => {
  const short = randomBytes(16).toString('base64');
  test.each([
    ['nonsense', 'must be id:base64 with commas between, and key 1 is not'],
    [`${ONE},two=${short}`, 'and key 2 is not'],
    [`one:${short}`, 'has a key one of 16 bytes, which must be 32'],
    [`${ONE},${ONE}`, 'has two keys one'],
  ])('%# that are wrong are told without their value', (value, message) => {
    const read = () => loadConfig({ DATABASE_URL: 'postgres://127.0.0.1/oms', PAYLOAD_KEYS: value });
    expect(read).toThrow('PAYLOAD_KEYS is wrong (the value given): ');
    expect(read).toThrow(message);
    expect(read).not.toThrow(value.slice(4, 30));
  });
});
