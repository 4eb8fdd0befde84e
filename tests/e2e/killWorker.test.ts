import { placeOrderBody } from '../support/placeOrderBody';
import { verifyStack } from '../support/runVerify';
import { startStack, type Stack } from '../support/stack';

/**
 * The worker is killed (SIGKILL, nothing is flushed, nothing said goodbye to) at each step of an order's life. Every order must
 * finish, and the sandbox's own books must show each effect once. After a kill in the middle of a call, the next attempt
 * starts when Temporal gives up on the first, 30 s later: that is the recovery time by design.
 */
let stack: Stack;
beforeAll(async () => {
  stack = await startStack({ env: { OMS_SANDBOX_PACE_MS: '400' } });
  await stack.sandbox('/control/carrier', { paused: true });
});
afterAll(() => stack.remove());

let count = 0;
const place = async (token = 'tok_ok'): Promise<string> => {
  const reference = `KILL-${(count += 1)}`;
  const body = placeOrderBody({ reference, token, lines: [{ sku: 'TSHIRT-BLK-M', quantity: 1, unitPrice: 1999 }] });
  const { status, body: order } = await stack.channel.post('/v1/orders', {
    body,
    headers: { 'idempotency-key': reference },
  });
  expect(status).toBe(201);
  return (order as { id: string }).id;
};
const untilTold = (orderId: string, type: string) =>
  stack.until(`${type} of ${orderId}`, async () => {
    const { body } = await stack.channel.get(`/v1/orders/${orderId}/events?limit=200`);
    return (body as { data: { type: string }[] }).data.some((event) => event.type === type) || undefined;
  });
const untilEffect = (orderId: string, effect: string) =>
  stack.until(`${effect} of ${orderId}`, async () => (await stack.effects(orderId)).includes(effect) || undefined);
const advance = async (orderId: string) => {
  const { data } = await stack.sandbox<{ data: { effect: string; reference: string }[] }>(`/ledger?orderId=${orderId}`);
  const booking = data.find((entry) => entry.effect === 'book_shipment');
  await stack.sandbox(`/control/carrier/shipments/${booking?.reference}/advance`, {});
};
const killWorkers = () => {
  for (const { pid } of stack.run().workers) process.kill(pid, 'SIGKILL');
};
const ALL_ONCE = ['authorise', 'book_shipment', 'capture'];

test('an order survives kill -9 of the worker at each of its steps, with each effect once', async () => {
  const orders: Record<string, string> = {};
  // Brought to its step, then the worker is killed; the ones in front of it wait there and are killed over and over.
  orders['just accepted'] = await place();
  killWorkers();
  orders['accepted while no worker lives'] = await place();
  await untilTold(orders['accepted while no worker lives'], 'shipment.booked');

  orders['authorised, reply not recorded'] = await place('tok_slow');
  await untilEffect(orders['authorised, reply not recorded'], 'authorise');
  killWorkers();

  orders['waiting for the carrier'] = await place();
  await untilTold(orders['waiting for the carrier'], 'shipment.booked');
  killWorkers();

  orders['picked up, being captured'] = await place();
  await untilTold(orders['picked up, being captured'], 'shipment.booked');
  await stack.sandbox('/control/faults', { provider: 'payments', mode: 'stalled', delayMs: 3000 });
  await advance(orders['picked up, being captured']);
  await untilEffect(orders['picked up, being captured'], 'capture');
  killWorkers();
  await stack.sandbox('/control/faults', { provider: 'payments', mode: 'ok' });

  await stack.sandbox('/control/faults', { provider: 'carrier', mode: 'stalled', delayMs: 3000 });
  orders['being booked'] = await place();
  await untilEffect(orders['being booked'], 'book_shipment');
  killWorkers();
  await stack.sandbox('/control/faults', { provider: 'carrier', mode: 'ok' });

  orders['delivered this moment'] = await place();
  await untilTold(orders['delivered this moment'], 'shipment.booked');
  for (let step = 0; step < 3; step += 1) await advance(orders['delivered this moment']);
  killWorkers();

  await stack.sandbox('/control/carrier', { paused: false });
  for (const [step, orderId] of Object.entries(orders)) {
    const order = await stack.until(
      `the order "${step}" completes`,
      async () => {
        const { body } = await stack.channel.get(`/v1/orders/${orderId}`);
        return (body as { status: string }).status === 'completed' ? body : undefined;
      },
      120_000,
    );
    expect([step, order]).toEqual([
      step,
      expect.objectContaining({ paymentStatus: 'paid', fulfilmentStatus: 'delivered' }),
    ]);
    expect([step, (await stack.effects(orderId)).sort()]).toEqual([step, ALL_ONCE]);
  }
  const { exitCode, output } = await verifyStack(stack, Object.values(orders));
  expect(output).toContain('all of it holds');
  expect(exitCode).toBe(0);
}, 300_000);
