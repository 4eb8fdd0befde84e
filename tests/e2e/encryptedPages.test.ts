import { randomBytes } from 'node:crypto';
import { createServer, request as forward, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { chromium, type Browser } from 'playwright-core';
import { placeOrderBody } from '../support/placeOrderBody';
import { startStack, type Stack } from '../support/stack';

const CHROMIUM = process.env['CHROMIUM_PATH'] ?? '/usr/bin/chromium';

let stack: Stack;
let browser: Browser;
let proxy: Server;
let orderId: string;

beforeAll(async () => {
  stack = await startStack({
    env: { PAYLOAD_KEYS: `one:${randomBytes(32).toString('base64')}`, OMS_SANDBOX_PACE_MS: '300' },
  });
  proxy = await startProxy();
  browser = await chromium.launch({
    executablePath: CHROMIUM,
    args: ['--no-sandbox', '--disable-gpu', '--no-first-run'],
  });
  const body = placeOrderBody({
    reference: 'SEALED-1',
    lines: [{ sku: 'TSHIRT-BLK-M', quantity: 2, unitPrice: 1999 }],
  });
  const reply = await stack.channel.post('/v1/orders', { body, headers: { 'idempotency-key': 'SEALED-1' } });
  orderId = reply.body.id;
  await stack.until('completed', async () => {
    const { body: order } = await stack.ops.get(`/v1/orders/${orderId}`);
    return order.status === 'completed' || undefined;
  });
}, 180_000);
afterAll(async () => {
  await browser?.close();
  proxy?.closeAllConnections();
  proxy?.close();
  await stack?.remove();
});

/** What docs/operations.md puts before the codec server: it knows who may read, and brings the key. */
function startProxy(): Promise<Server> {
  const { api, keys } = stack.run();
  const server = createServer((incoming, outgoing) => {
    const path = `/v1/codec${incoming.url}`;
    const { host: _host, ...headers } = incoming.headers;
    const onward = forward(`${api}${path}`, {
      method: incoming.method,
      headers: { ...headers, authorization: `Bearer ${keys.ops}` },
    });
    onward.on('response', (answer) => {
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(outgoing);
    });
    incoming.pipe(onward);
  });
  return new Promise((done) => server.listen(0, '127.0.0.1', () => done(server)));
}

/** The order's page, as it reads once it shows `sign`. The codec server is set as people set it, for their browser alone. */
async function read(sign: string, endpoint?: string): Promise<string> {
  const page = await browser.newPage({ viewport: { width: 1400, height: 1000 } });
  if (endpoint !== undefined) {
    await page.addInitScript((url) => {
      const { localStorage } = globalThis as unknown as {
        localStorage: { setItem(name: string, value: string): void };
      };
      localStorage.setItem('endpoint', JSON.stringify(url));
      localStorage.setItem('overrideRemoteCodecConfiguration', 'true');
    }, endpoint);
  }
  await page.goto(`${stack.run().temporalUi}/namespaces/default/workflows/${orderId}`);
  await page.getByText(sign).first().waitFor();
  const text = await page.locator('body').innerText();
  await page.close();
  return text;
}

test('the Temporal UI shows an encrypted order to whoever is let through to the codec server, and to nobody else', async () => {
  const sealed = await read('authorisePayment');
  expect(sealed).not.toMatch(/44\.97|TSHIRT|Capture/);
  const { port } = proxy.address() as AddressInfo;
  const open = await read('Authorise 44.97 EUR', `http://127.0.0.1:${port}`);
  expect(open).toContain('TSHIRT-BLK-M');
  expect(open).toContain('Capture 44.97 EUR');
});
