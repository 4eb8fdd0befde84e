import { startTestSandbox, until, type TestSandbox } from './startTestSandbox';

let sandbox: TestSandbox;

beforeEach(async () => {
  sandbox = await startTestSandbox();
});
afterEach(() => sandbox.stop());

function authorise(orderId: string) {
  const body = { orderId, amount: 500, currency: 'EUR', token: 'tok_ok' };
  return sandbox.call('POST', '/payments/authorisations', { key: `${orderId}:auth`, body });
}
const fault = (body: Record<string, unknown>) => sandbox.call('POST', '/control/faults', { body });

describe('faults', () => {
  it('down breaks the connection without acting until it is cleared, and leaves the ledger readable', async () => {
    await fault({ provider: 'payments', mode: 'down' });
    await expect(authorise('ord_1')).rejects.toThrow('fetch failed');
    expect(await sandbox.effects('ord_1')).toEqual([]);
    await fault({ provider: 'payments', mode: 'ok' });
    expect((await authorise('ord_1')).status).toBe(201);
  });

  it('error answers 500 without acting, as many times as asked', async () => {
    await fault({ provider: 'payments', mode: 'error', times: 2 });
    const statuses = [await authorise('ord_1'), await authorise('ord_1'), await authorise('ord_1')];
    expect(statuses.map(({ status }) => status)).toEqual([500, 500, 201]);
    expect(await sandbox.effects('ord_1')).toEqual(['authorise']);
  });

  it('slow acts only after the delay', async () => {
    await fault({ provider: 'payments', mode: 'slow', delayMs: 300 });
    const paying = authorise('ord_1');
    expect(await sandbox.effects('ord_1')).toEqual([]);
    expect((await paying).status).toBe(201);
    expect(await sandbox.effects('ord_1')).toEqual(['authorise']);
  });

  it('stalled acts at once and answers only after the delay', async () => {
    await fault({ provider: 'payments', mode: 'stalled', delayMs: 300 });
    const began = Date.now();
    const paying = authorise('ord_1');
    await until('it acted', async () => (await sandbox.effects('ord_1')).length === 1);
    expect((await paying).status).toBe(201);
    expect(Date.now() - began).toBeGreaterThanOrEqual(290);
  });

  it('lost acts and answers nothing', async () => {
    await fault({ provider: 'payments', mode: 'lost', times: 1 });
    await expect(authorise('ord_1')).rejects.toThrow('fetch failed');
    expect((await authorise('ord_1')).headers.get('idempotency-replayed')).toBe('true');
    expect(await sandbox.effects('ord_1')).toEqual(['authorise']);
  });

  it('malformed acts and answers with what is no JSON', async () => {
    await fault({ provider: 'payments', mode: 'malformed', times: 1 });
    await expect(authorise('ord_1')).rejects.toThrow(/in JSON/);
    expect((await authorise('ord_1')).headers.get('idempotency-replayed')).toBe('true');
    expect(await sandbox.effects('ord_1')).toEqual(['authorise']);
  });

  it('rate_limited answers 429 and when to come again, without acting', async () => {
    await fault({ provider: 'payments', mode: 'rate_limited', delayMs: 1500, times: 1 });
    const refused = await authorise('ord_1');
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([429, '2']);
    expect(await sandbox.effects('ord_1')).toEqual([]);
    expect((await authorise('ord_1')).status).toBe(201);
  });

  it('of one provider leave the other alone, and wrong settings are refused', async () => {
    await fault({ provider: 'carrier', mode: 'down' });
    expect((await authorise('ord_1')).status).toBe(201);
    await expect(sandbox.call('GET', '/carrier/shipments/ship_x')).rejects.toThrow('fetch failed');
    expect((await fault({ provider: 'moon', mode: 'down' })).status).toBe(422);
    expect((await sandbox.call('POST', '/control/carrier', { body: { paceMs: -1 } })).status).toBe(422);
    expect((await sandbox.call('POST', '/control/carrier', { body: { pace: 1 } })).status).toBe(422);
  });
});

describe('the address for webhooks', () => {
  it('keeps headers and exact body of what it gets, answers as told, and remembers over a restart', async () => {
    const post = (body: string) =>
      fetch(`${sandbox.url()}/webhooks/shop`, { method: 'POST', headers: { 'webhook-id': 'evt_1' }, body });
    expect((await post('{"a": 1}')).status).toBe(200);
    await sandbox.call('POST', '/control/webhooks/shop', { body: { status: 503 } });
    expect((await post('not json')).status).toBe(503);
    await sandbox.restart();
    const { body } = await sandbox.call('GET', '/webhooks/shop');
    expect(body['data']).toMatchObject([
      { id: 1, name: 'shop', headers: { 'webhook-id': 'evt_1' }, body: '{"a": 1}', answered: 200 },
      { id: 2, body: 'not json', answered: 503 },
    ]);
    expect((await sandbox.call('GET', '/webhooks/other')).body).toEqual({ data: [] });
  });
});

describe('the first page', () => {
  it('names every address and every means of payment, loads nothing and runs nothing', async () => {
    const response = await fetch(sandbox.url());
    const html = await response.text();
    for (const shown of ['tok_timeout_then_ok', '/ledger', '/inbox', '/payments/authorisations/:ref/capture']) {
      expect(html).toContain(shown);
    }
    expect(response.headers.get('content-security-policy')).toContain("default-src 'none'");
    expect((await sandbox.call('GET', '/healthz')).body).toEqual({ status: 'ok' });
    expect((await sandbox.call('GET', '/nowhere')).body['code']).toBe('no_such_route');
  });
});
