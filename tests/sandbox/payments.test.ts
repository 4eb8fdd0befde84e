import { startTestSandbox, type Reply, type TestSandbox } from './startTestSandbox';

let sandbox: TestSandbox;
let count = 0;

beforeAll(async () => {
  sandbox = await startTestSandbox();
});
afterAll(() => sandbox.stop());

const newOrder = () => `ord_${(count += 1)}`;

function authorise(orderId: string, token = 'tok_ok', change: Record<string, unknown> = {}, key = `${orderId}:auth`) {
  const body = { orderId, amount: 1000, currency: 'EUR', token, ...change };
  return sandbox.call('POST', '/payments/authorisations', { key, body });
}

async function authorised(orderId: string, token = 'tok_ok'): Promise<string> {
  const { status, body } = await authorise(orderId, token);
  expect(status).toBe(201);
  return body['reference'] as string;
}

function act(step: string, reference: string, amount: number | undefined, key: string): Promise<Reply> {
  return sandbox.call('POST', `/payments/authorisations/${reference}/${step}`, { key, body: { amount } });
}

describe('the payment gateway', () => {
  it('authorises, captures and refunds, and the ledger shows each once with its amount', async () => {
    const orderId = newOrder();
    const reference = await authorised(orderId);
    expect((await act('capture', reference, 1000, `${orderId}:capture`)).status).toBe(201);
    expect((await act('refund', reference, 300, `${orderId}:refund`)).status).toBe(201);

    const { body } = await sandbox.call('GET', `/ledger?orderId=${orderId}`);
    expect(body['data']).toMatchObject([
      { provider: 'payments', effect: 'authorise', key: `${orderId}:auth`, amount: 1000, currency: 'EUR' },
      { effect: 'capture', key: `${orderId}:capture`, amount: 1000, outcome: 'succeeded' },
      { effect: 'refund', key: `${orderId}:refund`, amount: 300 },
    ]);
    const payments = await sandbox.call('GET', `/payments?orderId=${orderId}`);
    expect(payments.body['data']).toMatchObject([{ reference, captured: 1000, refunded: 300, voided: 0 }]);
  });

  it('answers a repeat under the same key as at first and acts once, also when both come at the same time', async () => {
    const orderId = newOrder();
    const [first, second] = await Promise.all([authorise(orderId), authorise(orderId)]);
    const third = await authorise(orderId);
    expect(second.body).toEqual(first.body);
    expect(third.body).toEqual(first.body);
    expect(third.headers.get('idempotency-replayed')).toBe('true');
    expect(await sandbox.effects(orderId)).toEqual(['authorise']);

    const reference = first.body['reference'] as string;
    const captures = await Promise.all([1, 2, 3].map(() => act('capture', reference, 1000, `${orderId}:capture`)));
    expect(new Set(captures.map(({ body }) => body['reference'])).size).toBe(1);
    expect(await sandbox.effects(orderId)).toEqual(['authorise', 'capture']);
  });

  it('refuses another body under a used key with 422 and does not act', async () => {
    const orderId = newOrder();
    const reference = await authorised(orderId);
    const other = await authorise(orderId, 'tok_ok', { amount: 999 });
    expect([other.status, other.body['code']]).toEqual([422, 'idempotency_key_reused']);
    const otherStep = await act('capture', reference, 1000, `${orderId}:auth`);
    expect(otherStep.status).toBe(422);
    expect(await sandbox.effects(orderId)).toEqual(['authorise']);
  });

  it('captures no more than was authorised, in parts too', async () => {
    const orderId = newOrder();
    const reference = await authorised(orderId);
    expect((await act('capture', reference, 600, `${orderId}:c1`)).status).toBe(201);
    const tooMuch = await act('capture', reference, 401, `${orderId}:c2`);
    expect([tooMuch.status, tooMuch.body['code']]).toEqual([409, 'amount_too_large']);
    expect((await act('capture', reference, 400, `${orderId}:c3`)).status).toBe(201);
    const further = await act('capture', reference, 1, `${orderId}:c4`);
    expect([further.status, further.body['code']]).toEqual([409, 'already_captured']);
  });

  it('voids only what was not captured, and captures nothing that was voided', async () => {
    const orderId = newOrder();
    const reference = await authorised(orderId);
    await act('capture', reference, 600, `${orderId}:capture`);
    expect((await act('void', reference, 1000, `${orderId}:v1`)).body['code']).toBe('amount_too_large');
    const voided = await act('void', reference, undefined, `${orderId}:v2`);
    expect([voided.status, voided.body['amount']]).toEqual([201, 400]);
    expect((await act('capture', reference, 1, `${orderId}:c2`)).body['code']).toBe('authorisation_voided');
    expect((await act('void', reference, undefined, `${orderId}:v3`)).body['code']).toBe('authorisation_voided');
  });

  it('refunds no more than was captured', async () => {
    const orderId = newOrder();
    const reference = await authorised(orderId);
    expect((await act('refund', reference, 1, `${orderId}:r1`)).body['code']).toBe('not_captured');
    await act('capture', reference, 500, `${orderId}:capture`);
    expect((await act('refund', reference, 501, `${orderId}:r2`)).body['code']).toBe('amount_too_large');
    expect((await act('refund', reference, 500, `${orderId}:r3`)).status).toBe(201);
    expect((await act('refund', reference, 1, `${orderId}:r4`)).body['code']).toBe('already_refunded');
    expect(await sandbox.effects(orderId)).toEqual(['authorise', 'capture', 'refund']);
  });

  it('refuses what it does not know, or what makes no sense, and takes no harm', async () => {
    expect((await act('capture', 'auth_nothing', 1, 'k:1')).status).toBe(404);
    expect((await sandbox.call('GET', '/payments/by-key/k:never')).body['code']).toBe('unknown_key');
    expect((await authorise(newOrder(), 'tok_ok', {}, '')).body['code']).toBe('idempotency_key_required');
    for (const amount of [0, -1, 1.5, '100', null]) {
      expect((await authorise(newOrder(), 'tok_ok', { amount })).status).toBe(422);
    }
    const malformed = await sandbox.call('POST', '/payments/authorisations', { key: 'k:2', body: '{' });
    expect(malformed.status).toBe(400);
    const large = await sandbox.call('POST', '/payments/authorisations', { key: 'k:3', body: 'x'.repeat(1 << 21) });
    expect(large.status).toBe(413);
    expect((await sandbox.call('DELETE', '/payments/authorisations')).status).toBe(405);
    const reference = await authorised(newOrder());
    const body = { amount: 1000, currency: 'USD' };
    const path = `/payments/authorisations/${reference}/capture`;
    expect((await sandbox.call('POST', path, { key: 'k:4', body })).body['code']).toBe('currency_mismatch');
    const other = { amount: 1000, orderId: 'ord_other' };
    expect((await sandbox.call('POST', path, { key: 'k:5', body: other })).body['code']).toBe('order_mismatch');
  });

  it('answers 401 without its own key, to a look-up too', async () => {
    const bearer = 'test-gateway-key-123x';
    const body = { orderId: 'ord_x', amount: 1, currency: 'EUR', token: 'tok_ok' };
    expect((await sandbox.call('POST', '/payments/authorisations', { key: 'k:401', body, bearer })).status).toBe(401);
    expect((await sandbox.call('GET', '/payments/by-key/k:401', { bearer })).status).toBe(401);
    expect(await sandbox.effects('ord_x')).toEqual([]);
  });
});

describe('the means of payment', () => {
  it.each([
    ['tok_declined', 'card_declined'],
    ['tok_insufficient_funds', 'insufficient_funds'],
    ['tok_made_up', 'invalid_token'],
    ['constructor', 'invalid_token'],
  ])('%s is declined with %s, each time alike, and nothing takes effect', async (token, code) => {
    const orderId = newOrder();
    const first = await authorise(orderId, token);
    expect([first.status, first.body['outcome'], first.body['code']]).toEqual([402, 'declined', code]);
    expect((await authorise(orderId, token)).body).toEqual(first.body);
    expect((await sandbox.call('GET', `/payments/by-key/${orderId}:auth`)).body['code']).toBe(code);
    expect(await sandbox.effects(orderId)).toEqual([]);
  });

  it('tok_timeout_then_ok acts and loses its first reply; look-up and repeat tell what it did, once', async () => {
    const orderId = newOrder();
    await expect(authorise(orderId, 'tok_timeout_then_ok')).rejects.toThrow('fetch failed');
    expect(await sandbox.effects(orderId)).toEqual(['authorise']);
    const looked = await sandbox.call('GET', `/payments/by-key/${orderId}:auth`);
    const repeated = await authorise(orderId, 'tok_timeout_then_ok');
    expect(looked.body).toMatchObject({ outcome: 'succeeded', kind: 'authorise', amount: 1000 });
    expect(repeated.body).toEqual(looked.body);
    expect(await sandbox.effects(orderId)).toEqual(['authorise']);
  });

  it('tok_error_then_ok fails twice without acting, over a restart too, then succeeds', async () => {
    const orderId = newOrder();
    expect((await authorise(orderId, 'tok_error_then_ok')).status).toBe(500);
    expect((await sandbox.call('GET', `/payments/by-key/${orderId}:auth`)).status).toBe(404);
    await sandbox.restart();
    expect((await authorise(orderId, 'tok_error_then_ok')).status).toBe(500);
    expect(await sandbox.effects(orderId)).toEqual([]);
    expect((await authorise(orderId, 'tok_error_then_ok')).status).toBe(201);
    expect(await sandbox.effects(orderId)).toEqual(['authorise']);
  });

  it('tok_slow acts at once and answers after two seconds, a repeat meanwhile at once', async () => {
    const orderId = newOrder();
    const began = Date.now();
    const first = authorise(orderId, 'tok_slow');
    await new Promise((resolve) => setTimeout(resolve, 100));
    const repeated = await authorise(orderId, 'tok_slow');
    expect(Date.now() - began).toBeLessThan(1900);
    expect((await first).body).toEqual(repeated.body);
    expect(Date.now() - began).toBeGreaterThanOrEqual(1950);
    expect(await sandbox.effects(orderId)).toEqual(['authorise']);
  });

  it('tok_capture_declined authorises, declines the capture, and can be voided then', async () => {
    const orderId = newOrder();
    const reference = await authorised(orderId, 'tok_capture_declined');
    const captured = await act('capture', reference, 1000, `${orderId}:capture`);
    expect([captured.status, captured.body['code']]).toEqual([402, 'capture_declined']);
    expect((await act('void', reference, 1000, `${orderId}:void`)).status).toBe(201);
    expect(await sandbox.effects(orderId)).toEqual(['authorise', 'void']);
  });

  it('tok_capture_timeout_then_ok captures and loses the reply; the repeat answers without a second capture', async () => {
    const orderId = newOrder();
    const reference = await authorised(orderId, 'tok_capture_timeout_then_ok');
    await expect(act('capture', reference, 1000, `${orderId}:capture`)).rejects.toThrow('fetch failed');
    expect((await act('capture', reference, 1000, `${orderId}:capture`)).body['outcome']).toBe('succeeded');
    expect(await sandbox.effects(orderId)).toEqual(['authorise', 'capture']);
  });

  it('tok_void_error cannot be voided until the fault is cleared, and a later one fails anew', async () => {
    const orderId = newOrder();
    const reference = await authorised(orderId, 'tok_void_error');
    expect((await act('void', reference, 1000, `${orderId}:void`)).status).toBe(500);
    expect(await sandbox.effects(orderId)).toEqual(['authorise']);
    await sandbox.call('POST', '/control/faults', { body: { provider: 'payments', mode: 'ok' } });
    await sandbox.restart();
    expect((await act('void', reference, 1000, `${orderId}:void`)).status).toBe(201);
    const later = await authorised(newOrder(), 'tok_void_error');
    expect((await act('void', later, 1000, `${orderId}:void2`)).status).toBe(500);
  });
});
