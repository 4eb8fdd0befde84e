import type { CancelAnswer } from '../../activities/shipments';
import type { Database } from '../../db/connection';
import { adjustStock } from '../../db/inventory/adjustStock';
import { receiveCarrierEvents } from '../../db/shipments/carrierInbox';
import { paymentId, shipmentId } from '../../domain/ids';
import { interleave, judge, persist, type Act, type Subject } from './interleave';
import { openWorkbench, type Workbench } from './workbench';

let bench: Workbench;
beforeAll(async () => {
  bench = await openWorkbench();
});
afterAll(() => bench.close());

const ON_HAND = 5;
const QUANTITY = 3;
/** More moments than anything here has. */
const LIMIT = 60;
let made = 0;

const payment = ({ orderId }: Subject) => ({ orderId, attempt: 1, tokenId: paymentId(orderId, 1) });
const parcel = ({ orderId }: Subject) => ({ orderId, number: 1 });
const byTest = { requestId: 'r', actor: 'test' };
const count =
  (change: { delta: number } | { setTo: number }): Act =>
  ({ database }, { sku }) =>
    adjustStock(database, { sku, location: 'loc-1', ...change, reason: 'count', actor: 'test' });
const report = (database: Database, orderId: string, status: 'in_transit' | 'picked_up') => {
  const id = shipmentId(orderId, 1);
  const event = { eventId: `${id}:${status}`, shipmentId: id, status, at: new Date().toISOString() };
  return receiveCarrierEvents(database, 'sandbox', [event]);
};

/** What can happen to an order, in the words of the tests' titles. */
const acts = {
  'reserving its stock': ({ activities }, { orderId }) => activities.reserveStock({ orderId }),
  'authorising its payment': ({ activities }, subject) => activities.authorisePayment(payment(subject)),
  'confirming it': ({ activities }, { orderId }) => activities.notifyConfirmed({ orderId }),
  'booking its parcel': ({ activities }, subject) => activities.bookShipment(parcel(subject)),
  'the carrier taking the parcel': async (_runner, { orderId }) => bench.moveParcel(orderId),
  'dispatching it': ({ activities }, subject) => activities.dispatchAndNotify(parcel(subject)),
  'capturing its payment': ({ activities }, subject) => activities.capturePayment(payment(subject)),
  'delivering it': ({ activities }, subject) => activities.deliverAndNotify(parcel(subject)),

  'voiding its payment': ({ activities }, subject) => activities.voidPayment(payment(subject)),
  'calling off its parcel': ({ activities }, subject) => activities.cancelShipment(parcel(subject)),
  'recording its cancellation': ({ activities }, { orderId }) =>
    activities.recordCancellation({ orderId, request: { reason: 'test', note: null, ...byTest } }),
  'its whole cancellation': async (runner, subject) => {
    // A step that failed is tried again before the next one begins.
    let answer: CancelAnswer | undefined;
    await persist(async () => (answer = await runner.activities.cancelShipment(parcel(subject))));
    if (answer?.cancelled !== true) return;
    await persist(() => acts['voiding its payment'](runner, subject));
    await persist(() => acts['recording its cancellation'](runner, subject));
  },
  'a person who says the void was settled': ({ activities }, subject) =>
    activities.settlePayment({ ...payment(subject), effect: 'void', note: 'by phone', actor: 'test' }),

  'a hold': ({ activities }, { orderId }) =>
    activities.placeHold({ orderId, request: { type: 'operator', reason: 'wait', ...byTest } }),
  'a count that finds less': count({ delta: -2 }),
  'a count that finds nothing': count({ setTo: 0 }),
  'a delivery of goods': count({ delta: 7 }),
  'another order for the same units': async ({ activities }, { sku }) => {
    const orderId = await bench.room.order({ lines: [{ sku, quantity: QUANTITY, unitPrice: 1 }] });
    await activities.reserveStock({ orderId });
  },
  'a scan of the carrier': ({ database }, { orderId }) => report(database, orderId, 'in_transit'),
  'a report of it': ({ database }, { orderId }) => report(database, orderId, 'picked_up'),
} satisfies Record<string, Act>;
type Name = keyof typeof acts;

/** The way of an order, and what it is called when it has come so far. */
const LIFE = [
  ['new', null],
  ['reserved', 'reserving its stock'],
  ['authorised', 'authorising its payment'],
  ['confirmed', 'confirming it'],
  ['booked', 'booking its parcel'],
  ['picked up', 'the carrier taking the parcel'],
  ['dispatched', 'dispatching it'],
] as const satisfies [string, Name | null][];
type Stage = (typeof LIFE)[number][0];

/** An order with an item of its own that has come so far. */
async function setOut(until: Stage, token: string): Promise<Subject> {
  const sku = `ITEM-${(made += 1)}`;
  await bench.room.stock(sku, ON_HAND);
  const orderId = await bench.room.order({ token, lines: [{ sku, quantity: QUANTITY, unitPrice: 1000 }] });
  const subject = { bench, orderId, sku };
  for (const [stage, act] of LIFE) {
    if (act !== null) await acts[act](bench.plain, subject);
    if (stage === until) break;
  }
  return subject;
}

const SHELF: Name[] = [
  'a count that finds less',
  'a count that finds nothing',
  'a delivery of goods',
  'another order for the same units',
];
const story = (act: Name, stage: Stage, rivals: Name[], token = 'tok_ok') => ({ act, stage, rivals, token });
/** Each meets itself as well: an attempt that Temporal has given up, in a process that stood still, and the next attempt. */
const STORIES = [
  story('reserving its stock', 'new', ['recording its cancellation', 'a hold', ...SHELF]),
  story('authorising its payment', 'reserved', ['voiding its payment', 'its whole cancellation', 'a hold']),
  story('authorising its payment', 'reserved', ['voiding its payment', 'its whole cancellation'], 'tok_declined'),
  story('booking its parcel', 'confirmed', ['calling off its parcel', 'its whole cancellation', 'a hold']),
  story('dispatching it', 'picked up', ['a hold', 'a scan of the carrier', 'delivering it', ...SHELF]),
  story('capturing its payment', 'dispatched', ['delivering it', 'a hold', 'a scan of the carrier']),
  story('capturing its payment', 'dispatched', ['delivering it', 'a hold'], 'tok_capture_declined'),
  story('delivering it', 'dispatched', ['capturing its payment', 'a hold', 'a scan of the carrier']),
  story('voiding its payment', 'reserved', ['authorising its payment', 'a hold']),
  story('voiding its payment', 'authorised', ['authorising its payment', 'a person who says the void was settled']),
  story('calling off its parcel', 'confirmed', ['booking its parcel', 'a hold']),
  story('calling off its parcel', 'booked', ['booking its parcel', 'the carrier taking the parcel', 'a report of it']),
  story('recording its cancellation', 'new', ['reserving its stock', 'a hold']),
  story('recording its cancellation', 'reserved', ['reserving its stock', 'a hold', ...SHELF]),
  story('its whole cancellation', 'confirmed', ['booking its parcel', 'authorising its payment', 'a hold']),
  story('its whole cancellation', 'booked', ['the carrier taking the parcel', 'voiding its payment']),
];

describe.each(STORIES)(
  '$act, when it is $stage and paid with $token, comes to a right end whenever it meets',
  (told) => {
    test.each([told.act, ...told.rivals])('%s', async (rival) => {
      const [act, other]: [Act, Act] = [acts[told.act], acts[rival]];
      const wrong: object[] = [];
      const rightEnds = new Set<string>();
      for (const order of [
        [act, other],
        [other, act],
      ] as Act[][]) {
        const subject = await setOut(told.stage, told.token);
        for (const each of order) await persist(() => each(bench.plain, subject));
        const { breaches, end } = await judge(subject);
        rightEnds.add(end);
        if (breaches.length > 0) wrong.push({ breaches, end });
      }
      let moments = 0;
      for (; moments < LIMIT; moments += 1) {
        const met = await interleave(await setOut(told.stage, told.token), act, other, moments + 1);
        if (met.at === null) break;
        if (met.breaches.length > 0 || !rightEnds.has(met.end)) wrong.push({ moment: moments + 1, ...met });
      }
      expect(wrong).toEqual([]);
      expect(moments).toBeGreaterThan(1);
      expect(moments).toBeLessThan(LIMIT);
    });
  },
);
