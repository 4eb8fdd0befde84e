import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { simpleParser } from 'mailparser';
import { SMTPServer } from 'smtp-server';
import type { Faults } from '../faults';
import type { Inbox } from './inbox';

/** Mail to this domain is refused for good, as for an address that does not exist. */
export const BOUNCING_DOMAIN = 'bounce.example';
/** Mail to this domain is refused for now, as by a server that is too busy. */
export const BUSY_DOMAIN = 'busy.example';

interface Options {
  host: string;
  port: number;
  inbox: Inbox;
  faults: Faults;
  onError: (error: unknown) => void;
}

/** Takes mail for anybody into the inbox and delivers none of it. No login and no TLS: it listens on this machine. */
export async function startSmtpServer(options: Options): Promise<{ port: number; stop(): Promise<void> }> {
  const { inbox, faults, onError } = options;
  const server = new SMTPServer({
    name: 'sandbox',
    authOptional: true,
    disabledCommands: ['AUTH', 'STARTTLS'],
    disableReverseLookup: true,
    size: 1 << 20,
    closeTimeout: 100,
    socketTimeout: 10 * 60_000,
    logger: false,
    onConnect(_session, done) {
      const down = faults.all().mail.mode === 'down';
      if (down) faults.meet('mail');
      done(down ? refuse(421, '4.3.2 Down for the moment') : undefined);
    },
    onRcptTo({ address }, _session, done) {
      const domain = address.slice(address.lastIndexOf('@') + 1).toLowerCase();
      if (domain === BOUNCING_DOMAIN) return done(refuse(550, '5.1.1 There is no such mailbox'));
      if (domain === BUSY_DOMAIN) return done(refuse(451, '4.3.0 Try again later'));
      done();
    },
    onData(stream, session, done) {
      const { mode, delayMs } = faults.meet('mail');
      const receive = async () => {
        const mail = await simpleParser(stream, { skipHtmlToText: true, skipTextToHtml: true, skipImageLinks: true });
        if (stream.sizeExceeded) throw refuse(552, '5.3.4 Too large');
        if (mode === 'error' || mode === 'rate_limited' || mode === 'down') throw refuse(451, '4.3.0 Try again later');
        if (mode === 'slow') await sleep(delayMs, undefined, { ref: false });
        const orderId = mail.headers.get('x-order-id');
        inbox.add({
          messageId: mail.messageId ?? null,
          from: mail.from?.text ?? '',
          to: session.envelope.rcptTo.map(({ address }) => address),
          subject: mail.subject ?? '',
          text: mail.text ?? '',
          orderId: typeof orderId === 'string' ? orderId : null,
        });
        if (mode === 'stalled') await sleep(delayMs, undefined, { ref: false });
        if (mode === 'lost' || mode === 'malformed') throw refuse(421, '4.4.2 The reply was lost');
      };
      receive().then(
        () => done(),
        (error: unknown) => {
          if (!(error instanceof Error && 'responseCode' in error)) onError(error);
          done(error instanceof Error ? error : new Error('unknown'));
        },
      );
    },
  });
  // Clients that break off are everyday life for a mail server; what fails to be stored is reported above.
  server.on('error', () => {});
  server.listen(options.port, options.host);
  await Promise.race([
    once(server.server, 'listening'),
    once(server.server, 'error').then(([error]) => Promise.reject(error as Error)),
  ]);
  return {
    port: (server.server.address() as AddressInfo).port,
    stop: () => new Promise((resolve) => server.close(() => resolve())),
  };
}

function refuse(responseCode: number, message: string): Error {
  return Object.assign(new Error(message), { responseCode });
}
