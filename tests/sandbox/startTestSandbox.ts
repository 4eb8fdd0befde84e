import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { startSandbox, type Sandbox, type SandboxOptions } from '../../sandbox/server';

export const KEYS = {
  paymentGatewayKey: 'test-gateway-key-1234',
  carrierKey: 'test-carrier-key-1234',
  carrierWebhookSecret: 'test-webhook-secret-1234',
};

export interface Reply {
  status: number;
  headers: Headers;
  body: Record<string, unknown>;
}

export interface TestSandbox {
  home: string;
  url(): string;
  smtpUrl(): string;
  /** Ends it and starts another one over the same files; `between` runs while it is down. */
  restart(changed?: Partial<SandboxOptions>, between?: () => unknown): Promise<void>;
  /** A call that throws when the connection breaks. */
  call(method: string, path: string, options?: { body?: unknown; key?: string; bearer?: string }): Promise<Reply>;
  effects(orderId: string): Promise<string[]>;
  stop(): Promise<void>;
}

/** A sandbox of this test's own, in this process, on free ports and in a directory of its own. */
export async function startTestSandbox(options: Partial<SandboxOptions> = {}): Promise<TestSandbox> {
  const home = options.home ?? (await mkdtemp(join(tmpdir(), 'sandbox-')));
  const defaults = { home, callbackUrl: 'http://127.0.0.1:1/nobody', paused: true, lostAfterMs: 20, ...KEYS };
  let sandbox: Sandbox = await startSandbox({ ...defaults, ...options });

  const test: TestSandbox = {
    home,
    url: () => sandbox.url,
    smtpUrl: () => sandbox.smtpUrl,
    async restart(changed = {}, between = () => undefined) {
      await sandbox.stop();
      await between();
      sandbox = await startSandbox({ ...defaults, ...options, ...changed });
    },
    async call(method, path, { body, key, bearer } = {}) {
      const standardBearer = path.startsWith('/carrier') ? KEYS.carrierKey : KEYS.paymentGatewayKey;
      const response = await fetch(sandbox.url + path, {
        method,
        headers: {
          authorization: `Bearer ${bearer ?? standardBearer}`,
          ...(key === undefined ? {} : { 'idempotency-key': key }),
        },
        ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
      });
      const json = (await response.json()) as Record<string, unknown>;
      return { status: response.status, headers: response.headers, body: json };
    },
    async effects(orderId) {
      const { body } = await test.call('GET', `/ledger?orderId=${orderId}`);
      return (body['data'] as { effect: string }[]).map(({ effect }) => effect);
    },
    async stop() {
      await sandbox.stop();
      await rm(home, { recursive: true, force: true });
    },
  };
  return test;
}

/** Waits until something holds, and fails naming it when it does not within ten seconds. */
export async function until(what: string, holds: () => boolean | Promise<boolean>): Promise<void> {
  const deadline = Date.now() + 10_000;
  while (!(await holds())) {
    if (Date.now() > deadline) throw new Error(`Still not after ten seconds: ${what}`);
    await sleep(10);
  }
}
