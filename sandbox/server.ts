import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { createCallbackSender } from './carrier/callbackSender';
import { createCarrier } from './carrier/carrier';
import { createMovement, type MovementSettings } from './carrier/movement';
import { createCarrierRoutes } from './carrier/routes';
import { createControlRoutes } from './controlRoutes';
import { createFaults } from './faults';
import { createLedger } from './ledger';
import { createInbox } from './mail/inbox';
import { createInboxRoutes } from './mail/routes';
import { startSmtpServer } from './mail/smtpServer';
import { createGateway } from './payments/gateway';
import { createPaymentRoutes } from './payments/routes';
import { readCount } from './readCount';
import { renderIndex } from './renderIndex';
import { createRouter, type Routes } from './router';
import { createWebhookSink } from './webhookSink';

export interface SandboxOptions extends Partial<MovementSettings> {
  /** Where it keeps its files; one sandbox at a time. */
  home: string;
  host?: string;
  /** 0, the default, takes free ports. */
  port?: number;
  smtpPort?: number;
  /** How others reach it, where that differs from host and port. */
  publicUrl?: string | undefined;
  callbackUrl: string;
  carrierWebhookSecret: string;
  paymentGatewayKey: string;
  carrierKey: string;
  /** How long a call whose reply is lost hangs before the connection breaks. */
  lostAfterMs?: number;
  /** First and longest pause before an untaken callback is sent again. */
  callbackPauseMs?: number;
  callbackMaxPauseMs?: number;
  onError?: (error: unknown) => void;
}

export interface Sandbox {
  url: string;
  smtpPort: number;
  smtpUrl: string;
  stop(): Promise<void>;
}

/**
 * Starts the stand-in for the outside world. It answers from the moment this resolves, with all that it answered
 * before it last ended, however it ended.
 */
export async function startSandbox(options: SandboxOptions): Promise<Sandbox> {
  const server = createServer({ keepAliveTimeout: 65_000 });
  server.listen(options.port ?? 0, options.host ?? '127.0.0.1');
  // Listening comes before the files are read: whoever has the port is the one that may write them.
  await once(server, 'listening');
  try {
    return await openSandbox(server, options);
  } catch (error) {
    server.close();
    throw error;
  }
}

async function openSandbox(server: Server, options: SandboxOptions): Promise<Sandbox> {
  const { home, host = '127.0.0.1', lostAfterMs = 300, onError = () => {} } = options;
  const url = options.publicUrl ?? `http://${formatHost(host)}:${(server.address() as AddressInfo).port}`;

  const ledger = createLedger();
  const faults = createFaults();
  const gateway = createGateway({ path: join(home, 'payments.ndjson'), ledger });
  const carrier = createCarrier({ path: join(home, 'carrier.ndjson'), ledger });
  const sink = createWebhookSink(join(home, 'webhooks.ndjson'));
  const inbox = createInbox(join(home, 'inbox.ndjson'));
  const sender = createCallbackSender({
    url: options.callbackUrl,
    secret: options.carrierWebhookSecret,
    pauseMs: options.callbackPauseMs ?? 200,
    maxPauseMs: options.callbackMaxPauseMs ?? 10_000,
  });
  const { paceMs = 1500, paused = false, duplicates = 0, reorder = false } = options;
  const settings = { paceMs, paused, duplicates, reorder };
  const movement = createMovement({ carrier, sender, settings, onError });
  let smtpPort = 0;

  const routes: Routes = {
    ...createPaymentRoutes({ gateway, faults, key: options.paymentGatewayKey, lostAfterMs }),
    ...createCarrierRoutes({ carrier, movement, faults, key: options.carrierKey, url }),
    ...sink.routes,
    ...createInboxRoutes(inbox),
    ...createControlRoutes({ carrier, movement, sender, gateway, faults }),
    'GET /ledger': ({ query }) => {
      const filter = { orderId: query.get('orderId') ?? undefined, effect: query.get('effect') ?? undefined };
      const counts = { after: readCount(query, 'after', 0), limit: readCount(query, 'limit', 1) };
      return { status: 200, body: { data: ledger.list({ ...filter, ...counts }) } };
    },
    'GET /healthz': () => ({ status: 200, body: { status: 'ok' } }),
    'GET /': () => renderIndex({ routes: Object.keys(routes), smtpPort, mails: inbox.count() }),
  };
  server.on('request', createRouter(routes, onError));

  const release = () => {
    movement.stop();
    sender.stop();
    for (const part of [gateway, carrier, sink, inbox]) part.close();
  };
  const mailOptions = { host, port: options.smtpPort ?? 0, inbox, faults, onError };
  const smtp = await startSmtpServer(mailOptions).catch((error: unknown) => {
    release();
    throw error;
  });
  smtpPort = smtp.port;

  async function stop(): Promise<void> {
    const closed = once(server, 'close');
    server.close();
    server.closeAllConnections();
    await Promise.all([closed, smtp.stop()]);
    release();
  }
  let stopped: Promise<void> | undefined;
  return { url, smtpPort, smtpUrl: `smtp://${formatHost(host)}:${smtpPort}`, stop: () => (stopped ??= stop()) };
}

function formatHost(host: string): string {
  if (host === '0.0.0.0' || host === '::') return '127.0.0.1';
  return host.includes(':') ? `[${host}]` : host;
}
