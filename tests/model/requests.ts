import fc from 'fast-check';
import { holdId } from '../../domain/ids';
import { commandAbout, laterToken, pick } from './command';
import type { HoldType, ModelOrder } from './orderModel';

export const holdType: fc.Arbitrary<HoldType> = fc.constantFrom('operator', 'fraud_review', 'address', 'payment');
/** How often the same request is sent, at once. */
const times = fc.constantFrom(1, 1, 1, 2);
const isOpen = (order: ModelOrder): boolean => !order.closed;

const hold = fc.tuple(pick, holdType, times).map(([who, type, often]) =>
  commandAbout(`hold (${type})`, who, isOpen, (order, model, shop) => {
    const expected = model.hold(order, type);
    const real = () => shop.ask(order, 'holdOrder', { type, reason: 'wait' }, expected, often);
    return { says: `hold ${order.name} (${type})`, expected, real };
  }),
);

/** `nth`: one of the open holds by its id, or one that is none; null: the only one. */
const release = fc.tuple(pick, fc.option(fc.nat(2)), times).map(([who, nth, often]) =>
  commandAbout(
    `release ${nth ?? 'the only hold'}`,
    who,
    (order) => isOpen(order) && order.holds.length > 0,
    (order, model, shop) => {
      const number = nth === null ? null : (order.holds[nth]?.number ?? order.holdsEver + 1);
      const expected = model.release(order, number);
      const body = number === null ? {} : { holdId: holdId(shop.id(order), number) };
      const real = () => shop.ask(order, 'releaseOrder', body, expected, often);
      return { says: `release ${number === null ? 'the hold' : `hold ${number}`} of ${order.name}`, expected, real };
    },
  ),
);

const awaitsPayment = (order: ModelOrder) => order.status === 'awaiting_payment' || order.undecided !== null;
const pay = fc.tuple(pick, laterToken, times).map(([who, means, often]) =>
  commandAbout(`pay by ${means}`, who, awaitsPayment, (order, model, shop) => {
    const expected = model.pay(order, means);
    const real = async () =>
      shop.ask(order, 'payOrder', { tokenId: await shop.keepToken(order, means) }, expected, often);
    return { says: `pay ${order.name} by ${means}`, expected, real };
  }),
);

const cancel = fc.tuple(pick, times).map(([who, often]) =>
  commandAbout(
    'cancel',
    who,
    (order) => isOpen(order) && !order.dispatched,
    (order, model, shop) => {
      const expected = model.cancel(order);
      const real = () => shop.ask(order, 'cancelOrder', { reason: 'customer_asked' }, expected, often);
      return { says: `cancel ${order.name}`, expected, real };
    },
  ),
);

const resolve = fc.tuple(pick, fc.constantFrom('retry', 'settled'), times).map(([who, how, often]) =>
  commandAbout(
    `decide: ${how}`,
    who,
    (order) => order.attention !== null,
    (order, model, shop) => {
      const expected = model.resolve(order, how);
      const body = { resolution: how, note: 'seen to' };
      const real = () => shop.ask(order, 'resolveAttention', body, expected, often);
      return { says: `decide about ${order.name}: ${how}`, expected, real };
    },
  ),
);

/** What people ask of an order. */
export const requests = { hold, release, pay, cancel, resolve };
