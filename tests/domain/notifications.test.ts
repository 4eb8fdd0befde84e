import fc from 'fast-check';
import {
  NOTIFICATIONS,
  renderNotification,
  type NotificationData,
  type NotificationName,
} from '../../domain/notifications';

const NAMES = Object.keys(NOTIFICATIONS) as [NotificationName, ...NotificationName[]];
const anyText = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.constantFrom('a\r\nBcc: eve@example.com', '\n\n', '\u2028x\u2029', '\v\f', '<b>bold</b>', '${data}', '%s'),
);
const optional = fc.option(anyText);
const data: fc.Arbitrary<NotificationData> = fc.record({
  customerName: anyText,
  reference: anyText,
  currency: fc.constantFrom('EUR', 'JPY', 'KWD'),
  grand: fc.maxSafeInteger(),
  lines: fc.array(fc.record({ name: anyText, quantity: fc.integer({ min: 1, max: 100_000 }) }), { maxLength: 5 }),
  reason: optional,
  payUntil: optional,
  carrier: optional,
  trackingUrl: optional,
});

const order: NotificationData = {
  customerName: 'Ada Lovelace',
  reference: 'WEB-1001',
  currency: 'EUR',
  grand: 4497,
  lines: [
    { name: 'T-shirt, black, M', quantity: 2 },
    { name: 'Mug', quantity: 1 },
  ],
  reason: null,
  payUntil: null,
  carrier: null,
  trackingUrl: null,
};

describe.each(NAMES.map((name) => [name]))('the message %s', (name) => {
  test('has a subject of one line whatever stands in the order, so that no header can be slipped in', () => {
    fc.assert(
      fc.property(data, (given) => {
        const { subject, text } = renderNotification(name, given);
        expect(subject).not.toMatch(/[\r\n\v\f\u2028\u2029]/);
        expect(subject.length).toBeGreaterThan(0);
        expect(text).toMatch(/^Hello [^]*,\n\n[^]+\n$/);
      }),
      { numRuns: 300 },
    );
  });

  test('reads well with the least that is known', () => {
    const { subject, text } = renderNotification(name, order);
    expect(`${subject}\n${text}`).not.toMatch(/null|undefined|\[object|NaN|\(\)|until \./);
    expect(text.startsWith('Hello Ada Lovelace,\n\n')).toBe(true);
    expect(subject).toContain('WEB-1001');
  });
});

describe('a message to the customer', () => {
  test('of the confirmation lists what was ordered and the total in the money of the order', () => {
    const { text } = renderNotification('order_confirmed', order);
    expect(text).toContain('  2 x T-shirt, black, M\n  1 x Mug');
    expect(text).toContain('Total: 44.97 EUR');
    expect(renderNotification('order_confirmed', { ...order, currency: 'JPY' }).text).toContain('Total: 4497 JPY');
  });

  test('of a payment problem says until when to pay', () => {
    const { text } = renderNotification('payment_problem', { ...order, payUntil: '2026-01-01T12:00:00Z' });
    expect(text).toContain('kept for you until 2026-01-01 12:00 UTC. Please pay');
  });

  test('of a shipment names the carrier and where to follow the parcel', () => {
    const given = { ...order, carrier: 'Fastship', trackingUrl: 'https://track.example/1' };
    const { text } = renderNotification('order_shipped', given);
    expect(text).toContain('Fastship has taken your parcel');
    expect(text).toContain('Follow it: https://track.example/1');
  });

  test('of a cancellation gives its reason', () => {
    expect(renderNotification('order_cancelled', { ...order, reason: 'customer_asked' }).text).toContain(
      'The order was cancelled (customer_asked).',
    );
  });

  test('is plain text: markup from a channel stays the characters it is', () => {
    const { text } = renderNotification('order_confirmed', { ...order, customerName: '<script>alert(1)</script>' });
    expect(text).toContain('Hello <script>alert(1)</script>,');
  });
});
