import type { PlaceOrder } from '../../domain/orders/schema';

export interface OrderBodyChanges extends Partial<Omit<PlaceOrder, 'payment' | 'shipping'>> {
  token?: string;
  shippingPrice?: number;
}

/** A sound order of two shirts for 44.97 EUR, changed as a test needs it. */
export function placeOrderBody({
  token = 'tok_ok',
  shippingPrice = 499,
  ...changes
}: OrderBodyChanges = {}): PlaceOrder {
  return {
    reference: 'WEB-1001',
    currency: 'EUR',
    customer: { email: 'ada@example.com', name: 'Ada Lovelace', phone: '+4930123456' },
    shippingAddress: {
      name: 'Ada Lovelace',
      line1: 'Unter den Linden 1',
      city: 'Berlin',
      postalCode: '10117',
      country: 'DE',
    },
    lines: [{ sku: 'SHIRT', quantity: 2, unitPrice: 1999 }],
    shipping: { method: 'standard', price: shippingPrice },
    payment: { method: 'card', token },
    ...changes,
  };
}
