import { pino } from 'pino';
import { moveStock } from '../../db/inventory/moveStock';
import { inTransaction } from '../../db/transaction';
import { receiveCarrierEvents } from '../../db/shipments/carrierInbox';
import { shipmentId } from '../../domain/ids';
import { createSmtpMailer } from '../../providers/messaging/smtpMailer';
import { verifySystem, type VerifyOptions, type VerifyReport } from '../../verify/verifySystem';
import { sendNotifications } from '../../worker/loops/sendNotifications';
import type { OrderWorld } from '../support/orderWorld';

/** Orders of all kinds, by what has become of them. */
export interface MixedOrders {
  completed: string;
  free: string;
  cancelled: string;
  rejected: string;
  held: string;
  unpaid: string;
  booked: string;
  underWay: string;
  captureDeclined: string;
  /** Of three pieces one is there. */
  waiting: string;
}

/** Real orders through the real workflow, each led to another place, and their mails sent. */
export async function makeMixedOrders(world: OrderWorld): Promise<MixedOrders> {
  await world.stock('SHIRT', 1_000);
  await world.stock('COAT', 1);
  await world.database.raw(`UPDATE items SET shortage = 'backorder' WHERE sku = 'COAT'`);
  await world.database.raw(`INSERT INTO items (sku, name, tracking) VALUES ('MILK', 'Milk', 'lot')`);
  await inTransaction(world.database, (transaction) =>
    moveStock(transaction, [{ sku: 'MILK', location: 'loc-1', onHand: 4, lot: 'L1' }], {
      ...{ reason: 'received', document: null, actor: 'test' },
    }),
  );
  const booked = async (changes: Parameters<OrderWorld['place']>[0] = {}): Promise<string> => {
    const orderId = await world.place(changes);
    await world.untilTold(orderId, 'shipment.booked');
    return orderId;
  };
  const complete = async (orderId: string): Promise<string> => {
    await world.report(orderId, 'picked_up', 'delivered');
    await world.result(orderId);
    return orderId;
  };
  const orders: MixedOrders = {
    completed: await complete(await booked({ token: 'tok_timeout_then_ok' })),
    free: await complete(await booked({ lines: [{ sku: 'SHIRT', quantity: 1, unitPrice: 0 }], shippingPrice: 0 })),
    cancelled: await booked(),
    rejected: await world.place({ lines: [{ sku: 'SHIRT', quantity: 99_999, unitPrice: 1 }] }),
    held: await world.place({ token: 'tok_slow' }),
    unpaid: await world.place({ token: 'tok_declined' }),
    booked: await booked(),
    underWay: await booked(),
    captureDeclined: await booked({ token: 'tok_capture_declined' }),
    waiting: await world.place({ lines: [{ sku: 'COAT', quantity: 3, unitPrice: 100 }] }),
  };
  await world.handle(orders.cancelled).executeUpdate('cancelOrder', { args: [{ reason: 'customer asked' }] });
  await world.handle(orders.held).executeUpdate('holdOrder', { args: [{ reason: 'check', type: 'address' }] });
  await world.report(orders.captureDeclined, 'picked_up');
  await world.report(orders.underWay, 'picked_up');
  await world.untilTold(orders.underWay, 'payment.captured');
  const parcel = shipmentId(orders.underWay, 1);
  const scan = { eventId: `${parcel}:scan`, shipmentId: parcel, status: 'in_transit' as const };
  await receiveCarrierEvents(world.database, 'sandbox', [{ ...scan, at: new Date().toISOString() }]);
  await world.result(orders.rejected);
  await world.result(orders.cancelled);
  await world.untilTold(orders.held, 'order.confirmed');
  await world.until(orders.unpaid, 'awaiting_payment');
  await world.untilTold(orders.waiting, 'order.confirmed');
  await world.until(orders.captureDeclined, 'needs_attention');
  await world.database.raw('UPDATE carrier_events SET delivered_at = now() WHERE delivered_at IS NULL');
  await sendMails(world);
  return orders;
}

async function sendMails({ database, sandbox }: OrderWorld): Promise<void> {
  const mailer = createSmtpMailer({ url: sandbox.smtpUrl, from: 'Shop <shop@example.com>' });
  await sendNotifications({ database, mailer, log: pino({ level: 'silent' }) });
  mailer.close();
}

/** The program on this world. Nothing here is in flight, so it need not wait long. */
export const verifyWorld = (world: OrderWorld, options: Partial<VerifyOptions> = {}): Promise<VerifyReport> =>
  verifySystem({
    databaseUrl: world.databaseUrl,
    temporalAddress: world.env['TEMPORAL_ADDRESS'] ?? '',
    taskQueue: world.taskQueue,
    sandboxUrl: world.sandbox.url,
    settleMs: [100, 400],
    ...options,
  });

/** What is not as it must be, by the name of the invariant. */
export const faultsOf = ({ results }: VerifyReport): Record<string, unknown> =>
  Object.fromEntries(
    results
      .filter(({ state }) => state === 'broken' || state === 'unreadable')
      .map(({ name, breaches, reason }) => [name, reason ?? breaches]),
  );
