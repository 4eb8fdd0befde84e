import { createHmac, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';

const TOLERANCE_MS = 5 * 60_000;

interface Options {
  headers: IncomingHttpHeaders;
  rawBody: Buffer;
  /** Its raw text is the key. */
  secret: string;
  now: Date;
}

/**
 * Checks a webhook after Standard Webhooks: HMAC-SHA256 over `id.timestamp.body`, compared in constant time, no older
 * or younger than five minutes. During a change of secret the header may hold several signatures.
 * @returns why it is refused; undefined for a good one. The reason is for our logs, not for the sender.
 */
export function verifyWebhook({ headers, rawBody, secret, now }: Options): string | undefined {
  const id = headers['webhook-id'];
  const timestamp = headers['webhook-timestamp'];
  const signatures = headers['webhook-signature'];
  if (typeof id !== 'string' || typeof timestamp !== 'string' || typeof signatures !== 'string')
    return 'the signature headers are missing';
  if (!/^\d{1,12}$/.test(timestamp)) return 'the timestamp is not a number of seconds';

  const expected = createHmac('sha256', secret).update(`${id}.${timestamp}.`).update(rawBody).digest();
  const good = signatures.split(' ').some((candidate) => {
    const [version, value = ''] = candidate.split(',', 2);
    const given = Buffer.from(value, 'base64');
    return version === 'v1' && given.length === expected.length && timingSafeEqual(given, expected);
  });
  if (!good) return 'the signature is wrong';
  // After the signature, so that nobody learns our clock from a forged call.
  if (Math.abs(now.getTime() - Number(timestamp) * 1000) > TOLERANCE_MS) return 'the timestamp is too far from now';
  return undefined;
}
