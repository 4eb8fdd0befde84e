import type { Random } from '../random';

/** What becomes of an order, apart from its life by itself. */
export const STORIES = ['plain', 'paid_later', 'cancelled', 'held'] as const;
export type Story = (typeof STORIES)[number];

export interface OrderPlan {
  reference: string;
  story: Story;
  token: string;
  lines: { sku: string; quantity: number; unitPrice: number }[];
  /** After its acknowledgement, when the channel or an operator comes back to it. */
  afterMs: number;
  /** How long it is held. */
  holdMs: number;
}

/** Tokens that come to a good end by themselves, the odd ones often enough to meet each fault. */
const TOKENS = [
  ...Array<string>(8).fill('tok_ok'),
  ...Array<string>(2).fill('tok_slow'),
  ...Array<string>(4).fill('tok_timeout_then_ok'),
  ...Array<string>(4).fill('tok_capture_timeout_then_ok'),
  'tok_error_then_ok',
];
const TALES: readonly Story[] = [
  ...Array<Story>(13).fill('plain'),
  ...Array<Story>(2).fill('paid_later'),
  ...Array<Story>(3).fill('cancelled'),
  ...Array<Story>(2).fill('held'),
];
export const SKUS = ['TSHIRT-BLK-S', 'TSHIRT-BLK-M', 'TSHIRT-BLK-L', 'TSHIRT-WHT-M', 'MUG-WHITE', 'SOCKS-3PK'] as const;

/** The order of this number in a load: the same for the same random numbers. */
export function planOrder(random: Random, prefix: string, number: number): OrderPlan {
  const own = random.fork(`order ${number}`);
  const story = own.pick(TALES);
  const skus = own.shuffle(SKUS).slice(0, own.int(1, 2));
  return {
    reference: `${prefix}-${number}`,
    story,
    token: story === 'paid_later' ? 'tok_declined' : own.pick(TOKENS),
    lines: skus.map((sku) => ({ sku, quantity: own.int(1, 3), unitPrice: own.int(100, 5000) })),
    afterMs: own.int(0, 2_000),
    holdMs: own.int(200, 3_000),
  };
}

/** The body of the request that submits it. */
export const bodyOf = ({ reference, lines, token }: Pick<OrderPlan, 'reference' | 'lines' | 'token'>) => ({
  reference,
  currency: 'EUR',
  customer: { email: `${reference.toLowerCase()}@example.com`, name: 'Ada Lovelace', phone: '+4930123456' },
  shippingAddress: {
    name: 'Ada Lovelace',
    line1: 'Unter den Linden 1',
    city: 'Berlin',
    postalCode: '10117',
    country: 'DE',
  },
  lines,
  shipping: { method: 'standard', price: 499 },
  payment: { method: 'card', token },
});
