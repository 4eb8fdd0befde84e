import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import type { Payload, PayloadCodec } from '@temporalio/common';
import { temporal } from '@temporalio/proto';
import type { PayloadKeys } from './payloadKeys';

/** The names that Temporal's own samples have for it. */
const ENCODING = 'binary/encrypted';
const KEY_ID = 'encryption-key-id';
const CIPHER = 'aes-256-gcm';
const IV_BYTES = 12;
const TAG_BYTES = 16;

const proto = temporal.api.common.v1.Payload;
const text = (bytes: Uint8Array | null | undefined): string => Buffer.from(bytes ?? []).toString();

export interface OrderPayloadCodec extends PayloadCodec {
  /** The key that a payload is encrypted under; undefined when it is in clear. */
  keyOf: (payload: Payload) => string | undefined;
}

/**
 * AES-256-GCM over the whole payload, its metadata included. What is in clear is passed on as it is: orders from before there was
 * a key go on, and a person can still type a signal. A payload holds the id of its key, so that keys can follow one another.
 */
export function createPayloadCodec({ first, byId }: PayloadKeys): OrderPayloadCodec {
  const keyOf = ({ metadata }: Payload): string | undefined =>
    text(metadata?.['encoding']) === ENCODING ? text(metadata?.[KEY_ID]) : undefined;

  const encrypt = (payload: Payload, id: string): Payload => {
    const key = byId.get(id);
    if (key === undefined) throw new Error(`there is no key ${id}`);
    const iv = randomBytes(IV_BYTES);
    const cipher = createCipheriv(CIPHER, key, iv).setAAD(Buffer.from(id));
    const sealed = Buffer.concat([iv, cipher.update(proto.encode(payload).finish()), cipher.final()]);
    return {
      metadata: { encoding: Buffer.from(ENCODING), [KEY_ID]: Buffer.from(id) },
      data: Buffer.concat([sealed, cipher.getAuthTag()]),
    };
  };

  const decrypt = (payload: Payload, id: string): Payload => {
    const key = byId.get(id);
    if (key === undefined)
      throw new Error(`a payload is encrypted under the key "${id}", which is not among PAYLOAD_KEYS`);
    const data = Buffer.from(payload.data ?? []);
    if (data.length < IV_BYTES + TAG_BYTES) throw new Error('an encrypted payload is cut off');
    const decipher = createDecipheriv(CIPHER, key, data.subarray(0, IV_BYTES), { authTagLength: TAG_BYTES })
      .setAAD(Buffer.from(id))
      .setAuthTag(data.subarray(-TAG_BYTES));
    try {
      return proto.decode(Buffer.concat([decipher.update(data.subarray(IV_BYTES, -TAG_BYTES)), decipher.final()]));
    } catch {
      throw new Error(`a payload can't be decrypted: it was altered, or "${id}" was another key then`);
    }
  };

  return {
    keyOf,
    encode: async (payloads) => (first === null ? payloads : payloads.map((payload) => encrypt(payload, first))),
    decode: async (payloads) =>
      payloads.map((payload) => {
        const id = keyOf(payload);
        return id === undefined ? payload : decrypt(payload, id);
      }),
  };
}
