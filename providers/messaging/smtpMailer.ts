import { createHash } from 'node:crypto';
import { createTransport } from 'nodemailer';
import { ProviderRejected, ProviderUnavailable } from '../failures';
import type { Mailer } from './port';

interface Options {
  /** smtp:// or smtps://, with user and password where the server wants them. */
  url: string;
  /** The sender, such as `Shop <orders@shop.example>`. */
  from: string;
  /** The longest one message may take, waiting for a free connection included. */
  timeoutMs?: number;
}

/** One plain address, and nothing in it that could be a second one or a header. */
const ADDRESS = /^[^\s@<>()[\]\\,;:"\p{C}]{1,64}@[^\s@<>()[\]\\,;:"\p{C}]{1,255}$/u;
/** What servers say of an address that takes no mail, now and later: unknown, not local, not allowed, refuses all mail. */
const DEAD_ADDRESS = new Set([501, 550, 551, 553, 556]);

/** Mail over SMTP with a few connections kept open. */
export function createSmtpMailer({ url, from, timeoutMs = 15_000 }: Options): Mailer {
  const transport = createTransport({
    url,
    pool: true,
    maxConnections: 4,
    maxMessages: 1000,
    maxRequeues: 1,
    connectionTimeout: 5000,
    greetingTimeout: 5000,
    socketTimeout: 10_000,
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  const domain = /@([A-Za-z0-9.-]+)>?\s*$/.exec(from)?.[1] ?? 'localhost';

  return {
    async send({ id, orderId, to, subject, text }) {
      if (!ADDRESS.test(to)) throw new ProviderRejected('mail: the address is not one', 'invalid_address');
      try {
        await transport.sendMail({
          from,
          // An object, because a string would be read as a list of addresses.
          to: { name: '', address: to },
          subject: cleanHeader(subject),
          text,
          messageId: `<${makeMessageId(id)}@${domain}>`,
          headers: { 'X-Order-Id': cleanHeader(orderId) },
          signal: AbortSignal.timeout(timeoutMs),
        });
      } catch (error) {
        throw translate(error);
      }
    },
    close: () => transport.close(),
  };
}

/** A line break in a header would begin another one; other control characters have no business there either. */
function cleanHeader(value: string): string {
  return value.replace(/[\p{Cc}\u2028\u2029]+/gu, ' ').trim();
}

/** Legal in a Message-ID, different for different ids, and readable where it can be. */
function makeMessageId(id: string): string {
  const escaped = Buffer.from(id, 'utf8')
    .toString('latin1')
    .replace(/[^A-Za-z0-9_-]/g, (byte) => `=${byte.charCodeAt(0).toString(16).padStart(2, '0')}`);
  return escaped.length <= 180 ? escaped : createHash('sha256').update(id).digest('hex');
}

/** Neither the server's words nor the error itself go further: they quote the address, and failures end up in histories. */
function translate(error: unknown): ProviderRejected | ProviderUnavailable {
  const { code, command, responseCode, response } = error as {
    code?: string;
    command?: string;
    responseCode?: number;
    response?: string;
  };
  const refusedRecipient = code === 'EENVELOPE' && command === 'RCPT TO' && responseCode !== undefined;
  // 5.7.x is policy, such as a sender's bad name or a missing login: ours to mend, and no fault of the address.
  const policy = /^\d{3}[ -]5\.7\./.test(response ?? '');
  if (refusedRecipient && DEAD_ADDRESS.has(responseCode) && !policy)
    return new ProviderRejected(`mail: the address was refused with ${responseCode}`, `smtp_${responseCode}`);
  return new ProviderUnavailable(`mail: ${responseCode ?? code ?? 'failed'}`);
}
