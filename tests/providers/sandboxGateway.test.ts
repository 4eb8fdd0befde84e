import { ProviderRejected, ProviderUnavailable } from '../../providers/failures';
import { createSandboxGateway } from '../../providers/payments/sandboxGateway';
import { KEYS, startTestSandbox, type TestSandbox } from '../sandbox/startTestSandbox';
import { startStub, type Stub } from './startStub';

let sandbox: TestSandbox;
let stub: Stub;

beforeAll(async () => {
  sandbox = await startTestSandbox();
  stub = await startStub();
});
afterAll(async () => {
  await sandbox.stop();
  await stub.stop();
});

const gateway = () => createSandboxGateway({ url: sandbox.url(), key: KEYS.paymentGatewayKey });
const request = (orderId: string, token = 'tok_ok') => ({
  ...{ key: `${orderId}:auth`, orderId, amount: 1999, currency: 'EUR', token },
});

describe('the client of the payment gateway', () => {
  it('authorises, captures, refunds and looks up by key', async () => {
    const authorised = await gateway().authorise(request('ord_1'));
    expect(authorised).toEqual({ outcome: 'succeeded', reference: expect.stringMatching(/^auth_/) as string });
    const follow = { orderId: 'ord_1', amount: 1999, currency: 'EUR', authorisation: authorised.reference };
    const captured = await gateway().capture({ ...follow, key: 'ord_1:capture' });
    expect(await gateway().find('ord_1:capture')).toEqual(captured);
    await gateway().refund({ ...follow, amount: 999, key: 'ord_1:refund' });
    expect(await sandbox.effects('ord_1')).toEqual(['authorise', 'capture', 'refund']);
  });

  it('voids what was authorised', async () => {
    const { reference } = await gateway().authorise(request('ord_void'));
    const follow = { orderId: 'ord_void', amount: 1999, currency: 'EUR', authorisation: reference };
    expect((await gateway().void({ ...follow, key: 'ord_void:void' })).outcome).toBe('succeeded');
    await expect(gateway().capture({ ...follow, key: 'ord_void:capture' })).rejects.toMatchObject({
      ...{ name: 'ProviderRejected', code: 'authorisation_voided' },
    });
  });

  it('returns a declined card as a result with its code, from the look-up too', async () => {
    const declined = await gateway().authorise(request('ord_2', 'tok_declined'));
    expect(declined).toMatchObject({ outcome: 'declined', code: 'card_declined' });
    expect(await gateway().find('ord_2:auth')).toEqual(declined);
  });

  it('reports a lost reply as unavailable; the look-up then finds what was done', async () => {
    const lost = gateway().authorise(request('ord_3', 'tok_timeout_then_ok'));
    await expect(lost).rejects.toBeInstanceOf(ProviderUnavailable);
    expect(await gateway().find('ord_3:auth')).toMatchObject({ outcome: 'succeeded' });
  });

  it('finds nothing under a key that was never used', async () => {
    expect(await gateway().find('ord_never:auth')).toBeUndefined();
  });

  it('rejects with a wrong key, and the message holds neither key nor token', async () => {
    const wrong = createSandboxGateway({ url: sandbox.url(), key: 'wrong-secret-key' });
    const error = await wrong.authorise(request('ord_4')).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(ProviderRejected);
    expect((error as ProviderRejected).code).toBe('unauthorized');
    expect(String(error)).not.toMatch(/wrong-secret-key|tok_ok/);
  });

  it.each([
    ['a success that is called 402', 402, { outcome: 'succeeded', reference: 'auth_1' }],
    ['a decline that is called 201', 201, { outcome: 'declined', reference: 'a', code: 'c', message: '' }],
    ['an outcome it does not know', 201, { outcome: 'perhaps', reference: 'auth_1' }],
    ['a success without reference', 201, { outcome: 'succeeded' }],
  ])('takes %s for no answer', async (_, status, body) => {
    stub.answer = { status, body: JSON.stringify(body) };
    const odd = createSandboxGateway({ url: stub.url, key: 'k' });
    await expect(odd.authorise(request('ord_5'))).rejects.toBeInstanceOf(ProviderUnavailable);
  });

  it("does not take a stranger's 404 for the word of the gateway that nothing was charged", async () => {
    stub.answer = { status: 404, body: '<html>no such host</html>' };
    const odd = createSandboxGateway({ url: stub.url, key: 'k' });
    await expect(odd.find('ord_6:auth')).rejects.toBeInstanceOf(ProviderUnavailable);
  });
});
