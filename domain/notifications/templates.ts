import { formatMoney } from '../money';

/** What a text may speak of. Filled from the order when the message is sent. */
export interface NotificationData {
  customerName: string;
  reference: string;
  currency: string;
  grand: number;
  lines: readonly { name: string; quantity: number }[];
  reason: string | null;
  payUntil: string | null;
  carrier: string | null;
  trackingUrl: string | null;
  /** What the order waits for. ISO 8601, UTC; null: nobody knows when it comes. */
  missing: readonly { name: string; quantity: number; promisedAt: string | null }[];
}

interface Text {
  subject: string;
  body: string;
}

const list = (data: NotificationData) => data.lines.map((line) => `  ${line.quantity} x ${line.name}`).join('\n');

/** `2026-11-25 06:38 UTC`, from ISO 8601 in UTC. */
const formatTime = (iso: string): string => `${iso.slice(0, 10)} ${iso.slice(11, 16)} UTC`;

const listMissing = (data: NotificationData) =>
  data.missing
    .map(({ name, quantity, promisedAt }) => {
      const when = promisedAt === null ? 'we do not know yet when' : `expected by ${promisedAt.slice(0, 10)}`;
      return `  ${quantity} x ${name}: ${when}`;
    })
    .join('\n');

const CHOICES =
  'You can wait, have what is there sent now and the rest later, or do without the rest. Tell the shop which.';

/** Every message a customer can get about an order. */
export const NOTIFICATIONS = {
  order_confirmed: (data: NotificationData): Text => ({
    subject: `Order ${data.reference} is confirmed`,
    body: `We have your order and are preparing it:\n\n${list(data)}\n\nTotal: ${formatMoney(data.grand, data.currency)}`,
  }),
  order_rejected: (data) => ({
    subject: `Order ${data.reference} could not be accepted`,
    body: `We are sorry: ${data.reason ?? 'the order could not be served'}. You have not been charged.`,
  }),
  order_backordered: (data) => ({
    subject: `Order ${data.reference}: not everything is there yet`,
    body: `We keep what is there for you, and wait for:\n\n${listMissing(data)}\n\n${CHOICES}`,
  }),
  promise_moved: (data) => ({
    subject: `Order ${data.reference}: a date has moved`,
    body: `What your order waits for comes at another time than we said:\n\n${listMissing(data)}\n\n${CHOICES}`,
  }),
  payment_problem: (data) => ({
    subject: `The payment for order ${data.reference} did not go through`,
    body: `Your items are kept for you${data.payUntil === null ? '' : ` until ${formatTime(data.payUntil)}`}. Please pay by another means to get them.`,
  }),
  order_shipped: (data) => ({
    subject: `Order ${data.reference} is on its way`,
    body: `${data.carrier ?? 'The carrier'} has taken your parcel:\n\n${list(data)}${data.trackingUrl ? `\n\nFollow it: ${data.trackingUrl}` : ''}`,
  }),
  order_delivered: (data) => ({
    subject: `Order ${data.reference} has been delivered`,
    body: `Your parcel has arrived:\n\n${list(data)}\n\nThank you for your order.`,
  }),
  order_cancelled: (data) => ({
    subject: `Order ${data.reference} is cancelled`,
    body: `The order was cancelled${data.reason ? ` (${data.reason})` : ''}. What was reserved on your means of payment has been released.`,
  }),
} as const satisfies Record<string, (data: NotificationData) => Text>;

export type NotificationName = keyof typeof NOTIFICATIONS;

/** Plain text: nothing a customer or channel wrote can become markup. */
export function renderNotification(name: NotificationName, data: NotificationData): { subject: string; text: string } {
  const { subject, body } = NOTIFICATIONS[name](data);
  return { subject: subject.replace(/\s+/g, ' '), text: `Hello ${data.customerName},\n\n${body}\n` };
}
