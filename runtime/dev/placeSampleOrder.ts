import { setTimeout as sleep } from 'node:timers/promises';
import type { Terminal } from './createTerminal';
import { messageOf } from './messageOf';

const LIMIT_MS = 60_000;
const POLL_MS = 200;
/** Nothing more comes by itself after these. */
const LAST_STATUSES = ['delivered', 'completed', 'cancelled', 'rejected', 'needs_attention'];

interface Order {
  id: string;
  status: string;
  statusReason?: string | null;
  paymentStatus?: string;
  shipments?: { carrier?: string | null; trackingNumber?: string | null }[];
  workflow?: { url?: string } | null;
}

export function sampleOrder(reference: string) {
  return {
    reference,
    currency: 'EUR',
    customer: { email: 'ada@example.com', name: 'Ada', phone: '+4930123456' },
    shippingAddress: { name: 'Ada', line1: 'Unter den Linden 1', city: 'Berlin', postalCode: '10117', country: 'DE' },
    lines: [{ sku: 'TSHIRT-BLK-M', quantity: 2, unitPrice: 1999 }],
    shipping: { method: 'standard', price: 499 },
    payment: { method: 'card', token: 'tok_ok' },
  };
}

/** Places an order as a channel would and tells its way until it is delivered. A failure is told, never thrown. */
export async function placeSampleOrder({
  api,
  key,
  terminal,
  isStopping,
}: {
  api: string;
  key: string;
  terminal: Terminal;
  isStopping: () => boolean;
}): Promise<Order | undefined> {
  let order: Order | undefined;
  try {
    const startedAt = Date.now();
    const reference = `SAMPLE-${startedAt}`;
    const headers = { authorization: `Bearer ${key}`, 'content-type': 'application/json' };
    order = await request(`${api}/v1/orders`, {
      method: 'POST',
      headers: { ...headers, 'idempotency-key': reference },
      body: JSON.stringify(sampleOrder(reference)),
    });
    terminal.say(`\nSample order ${reference} (${order.id})`);
    let said = '';
    while (!isStopping()) {
      const line = describe(order);
      if (line !== said) {
        const seconds = ((Date.now() - startedAt) / 1000).toFixed(1).padStart(5);
        terminal.say(`  ${terminal.colors.dim(`${seconds} s`)}  ${line}`);
      }
      said = line;
      if (LAST_STATUSES.includes(order.status)) return order;
      if (Date.now() - startedAt > LIMIT_MS) {
        terminal.warn(`The sample order is still ${order.status} after ${LIMIT_MS / 1000} s; see the logs.`);
        return order;
      }
      await sleep(POLL_MS);
      order = await request(`${api}/v1/orders/${order.id}`, { headers });
    }
  } catch (error) {
    if (!isStopping()) terminal.warn(`The sample order failed: ${messageOf(error)}`);
  }
  return order;
}

function describe(order: Order): string {
  const tracking = order.shipments?.find(({ trackingNumber }) => trackingNumber);
  return [
    order.status,
    ...(order.statusReason ? [`(${order.statusReason})`] : []),
    ...(order.paymentStatus === undefined ? [] : [`payment ${order.paymentStatus}`]),
    ...(tracking === undefined ? [] : [`parcel ${tracking.trackingNumber}`]),
  ].join('  ');
}

async function request(url: string, options: RequestInit): Promise<Order> {
  const response = await fetch(url, { ...options, signal: AbortSignal.timeout(15_000) });
  const text = await response.text();
  if (!response.ok)
    throw new Error(`${options.method ?? 'GET'} ${url} answered ${response.status}: ${text.slice(0, 500)}`);
  return JSON.parse(text) as Order;
}
