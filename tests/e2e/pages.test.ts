import { mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { chromium, type Browser, type Page } from 'playwright-core';
import { placeOrderBody } from '../support/placeOrderBody';
import { startStack, type Stack } from '../support/stack';

/** What a person sees, in a real browser. `WRITE_PICTURES=1 npm test -- tests/e2e/pages` renews the pictures of the docs. */
const PICTURES = resolve(__dirname, '../../docs/pictures');
const CHROMIUM = process.env['CHROMIUM_PATH'] ?? '/usr/bin/chromium';

let stack: Stack;
let browser: Browser;
let completed: string;
let held: string;

beforeAll(async () => {
  stack = await startStack({ env: { OMS_SANDBOX_PACE_MS: '300' } });
  browser = await chromium.launch({
    executablePath: CHROMIUM,
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      '--no-first-run',
    ],
  });
  completed = await place('PICTURE-1', 'tok_ok');
  await until(completed, 'completed');
  await place('PICTURE-2', 'tok_declined');
  await stack.sandbox('/control/carrier', { paused: true });
  held = await place('PICTURE-3', 'tok_ok');
  await stack.ops.post(`/v1/orders/${held}/hold`, { body: { reason: 'check the address', type: 'address' } });
  await until(held, 'on_hold');
}, 180_000);
afterAll(async () => {
  await browser?.close();
  await stack?.remove();
});

async function place(reference: string, token: string): Promise<string> {
  const body = placeOrderBody({ reference, token, lines: [{ sku: 'TSHIRT-BLK-M', quantity: 2, unitPrice: 1999 }] });
  const { body: order } = await stack.channel.post('/v1/orders', {
    body,
    headers: { 'idempotency-key': reference, prefer: 'wait=10' },
  });
  return (order as { id: string }).id;
}
const until = (orderId: string, status: string) =>
  stack.until(
    status,
    async () =>
      ((await stack.ops.get(`/v1/orders/${orderId}`)).body as { status: string }).status === status || undefined,
  );

/** Opens a page, collecting every request that leaves this machine and every error of its scripts. */
async function open(url: string): Promise<{ page: Page; strangers: string[]; errors: string[] }> {
  const page = await browser.newPage({ viewport: { width: 1400, height: 1000 } });
  const strangers: string[] = [];
  const errors: string[] = [];
  page.on('request', (request) => {
    if (!['127.0.0.1', 'localhost'].includes(new URL(request.url()).hostname) && !request.url().startsWith('data:'))
      strangers.push(request.url());
  });
  page.on('pageerror', (error) => void errors.push(error.message));
  // Not "networkidle": the Temporal UI polls for as long as it is open.
  await page.goto(url, { waitUntil: 'domcontentloaded' });
  return { page, strangers, errors };
}

async function takePicture(page: Page, name: string): Promise<void> {
  if (process.env['WRITE_PICTURES'] !== '1') return;
  mkdirSync(PICTURES, { recursive: true });
  await page.screenshot({ path: join(PICTURES, `${name}.png`) });
}

/** The columns that people choose for the list of the Temporal UI are kept in their browser. */
const COLUMNS = [
  'Status',
  'Workflow ID',
  'OrderReference',
  'OrderStatus',
  'PaymentStatus',
  'HoldTypes',
  'TotalMinor',
  'Start',
];

test('the list of the Temporal UI tells the orders apart by what they are', async () => {
  const { temporalUi } = stack.run();
  const { page } = await open(temporalUi);
  await page.evaluate(
    ([key = '', columns = '']) =>
      (
        globalThis as unknown as { localStorage: Map<string, string> & { setItem(key: string, value: string): void } }
      ).localStorage.setItem(key, columns),
    ['namespace-workflow-table-columns', JSON.stringify({ default: COLUMNS.map((label) => ({ label })) })],
  );
  const query = encodeURIComponent("WorkflowType = 'processOrder'");
  await page.goto(`${temporalUi}/namespaces/default/workflows?query=${query}`);
  for (const text of [completed, held, 'on_hold', 'awaiting_payment', 'PICTURE-3'])
    await page.getByText(text).first().waitFor();
  await takePicture(page, 'order-list');
  await page.close();
});

test('the page of an order in the Temporal UI shows its steps by name', async () => {
  const { page } = await open(`${stack.run().temporalUi}/namespaces/default/workflows/${completed}`);
  for (const step of [
    'reserveStock',
    'Authorise 44.97 EUR',
    'notifyConfirmed',
    'Book shipment and label',
    'dispatchAndNotify',
    'Capture 44.97 EUR',
    'deliverAndNotify',
  ]) {
    await page.getByText(step).first().waitFor();
  }
  await takePicture(page, 'order-timeline');
  await page.close();
});

test('the details of a held order say what it waits for and what can be done', async () => {
  const { page } = await open(`${stack.run().temporalUi}/namespaces/default/workflows/${held}`);
  await page
    .getByRole('link', { name: 'User Metadata' })
    .or(page.getByRole('tab', { name: 'User Metadata' }))
    .first()
    .click();
  // The UI renders what we write in frames of their own.
  for (const text of ['release of hold', 'cancel, hold, release', 'TSHIRT-BLK-M']) {
    await stack.until(text, async () => {
      for (const frame of page.frames()) if ((await frame.getByText(text).count()) > 0) return true;
      return undefined;
    });
  }
  await takePicture(page, 'order-details');
  await page.close();
});

test('the API documentation opens without any request to another machine and without an error', async () => {
  const { page, strangers, errors } = await open(`${stack.run().api}/docs`);
  await page.getByText('/v1/orders').first().waitFor();
  await takePicture(page, 'api-docs');
  expect({ strangers, errors }).toEqual({ strangers: [], errors: [] });
  await page.close();
});

test('the mail inbox shows what the customer was told', async () => {
  const { page, errors } = await open(`${stack.run().sandbox}/inbox`);
  await page.getByText('Order PICTURE-1 has been delivered').first().waitFor();
  await takePicture(page, 'mail-inbox');
  expect(errors).toEqual([]);
  await page.close();
});

test('the page of the sandbox says what is there and how to make it misbehave', async () => {
  const { page, errors } = await open(stack.run().sandbox);
  await page.getByText('tok_declined').first().waitFor();
  await takePicture(page, 'sandbox');
  expect(errors).toEqual([]);
  await page.close();
});
