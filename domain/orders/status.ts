/** The order's life. Derived from facts by `deriveOrder`; never set by hand. */
export const ORDER_TRANSITIONS = {
  received: [
    'awaiting_stock',
    'awaiting_payment',
    'on_hold',
    'ready_to_ship',
    'cancelled',
    'rejected',
    'needs_attention',
  ],
  awaiting_stock: [
    'received',
    'awaiting_payment',
    'on_hold',
    'ready_to_ship',
    'partly_shipped',
    'cancelled',
    'rejected',
    'needs_attention',
  ],
  awaiting_payment: ['awaiting_stock', 'on_hold', 'ready_to_ship', 'cancelled', 'needs_attention'],
  on_hold: [
    'received',
    'awaiting_stock',
    'awaiting_payment',
    'ready_to_ship',
    'partly_shipped',
    'shipped',
    'delivered',
    'completed',
    'cancelled',
    'rejected',
    'needs_attention',
  ],
  ready_to_ship: [
    'awaiting_stock',
    'awaiting_payment',
    'on_hold',
    'partly_shipped',
    'shipped',
    'cancelled',
    'needs_attention',
  ],
  partly_shipped: ['on_hold', 'shipped', 'delivered', 'completed', 'needs_attention'],
  shipped: ['on_hold', 'delivered', 'completed', 'needs_attention'],
  delivered: ['on_hold', 'completed', 'needs_attention'],
  needs_attention: [
    'received',
    'awaiting_stock',
    'awaiting_payment',
    'on_hold',
    'ready_to_ship',
    'partly_shipped',
    'shipped',
    'delivered',
    'completed',
    'cancelled',
    'rejected',
  ],
  completed: [],
  cancelled: [],
  rejected: [],
} as const satisfies Record<string, readonly string[]>;

export type OrderStatus = keyof typeof ORDER_TRANSITIONS;
export const ORDER_STATUSES = Object.keys(ORDER_TRANSITIONS) as [OrderStatus, ...OrderStatus[]];

export const canBecome = (from: OrderStatus, to: OrderStatus): boolean =>
  from === to || (ORDER_TRANSITIONS[from] as readonly OrderStatus[]).includes(to);

/** A closed order never changes again: its workflow has ended. */
export const isClosed = (status: OrderStatus): boolean => ORDER_TRANSITIONS[status].length === 0;

export const PAYMENT_STATUSES = [
  'pending',
  'authorized',
  'partly_paid',
  'paid',
  'failed',
  'voided',
  'partly_refunded',
  'refunded',
] as const;
export type PaymentStatus = (typeof PAYMENT_STATUSES)[number];

export const FULFILMENT_STATUSES = [
  'unfulfilled',
  'allocated',
  'partly_shipped',
  'shipped',
  'partly_delivered',
  'delivered',
  'returned',
] as const;
export type FulfilmentStatus = (typeof FULFILMENT_STATUSES)[number];
