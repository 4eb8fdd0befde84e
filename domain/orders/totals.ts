import { sum } from '../money';

/** Integer minor units of the order's currency. grand = items + shipping + tax - discount. */
export interface OrderTotals {
  items: number;
  shipping: number;
  discount: number;
  tax: number;
  grand: number;
}

/** Prices are taken as the channel gives them, tax included, so that the sum is the one the customer saw. */
export function computeTotals(order: {
  lines: readonly { quantity: number; unitPrice: number }[];
  shipping: { price: number };
}): OrderTotals {
  const items = sum(order.lines.map((line) => line.quantity * line.unitPrice));
  const shipping = order.shipping.price;
  return { items, shipping, discount: 0, tax: 0, grand: sum([items, shipping]) };
}
