import fc from 'fast-check';
import { command, commandAbout, pickFitting, token } from './command';
import { WAY, type ModelLine, type ModelOrder, type Token } from './orderModel';
import type { RealShop } from './realShop';
import { holdType } from './requests';

const MOST_ORDERS = 8;
const SHIPPING = 499;

const lines = fc.array(
  fc.record({
    sku: fc.constantFrom('A', 'B', 'C'),
    quantity: fc.integer({ min: 1, max: 3 }),
    unitPrice: fc.constantFrom(1, 999, 4500),
  }),
  { minLength: 1, maxLength: 3 },
);
const describeBasket = (basket: readonly ModelLine[], means: Token) =>
  `place ${basket.map(({ quantity, sku }) => `${quantity} ${sku}`).join(' + ')}, ${means}`;

const place = fc.tuple(lines, token).map(([basket, means]) => {
  const says = describeBasket(basket, means);
  return command(
    says,
    ({ orders }) => orders.length < MOST_ORDERS,
    (model, shop) => {
      const order = model.place(basket, means, SHIPPING);
      return { says: `${order.name}: ${says}`, order, real: () => shop.place(order, SHIPPING) };
    },
  );
});

const placeFree = lines.map((priced) => {
  const basket = priced.map((line) => ({ ...line, unitPrice: 0 }));
  const says = `${describeBasket(basket, 'tok_ok')}, for nothing`;
  return command(
    says,
    ({ orders }) => orders.length < MOST_ORDERS,
    (model, shop) => {
      const order = model.place(basket, 'tok_ok', 0);
      return { says: `${order.name}: ${says}`, order, real: () => shop.place(order, 0) };
    },
  );
});

/** Placed and held while no worker is there: both are there before the workflow takes its first step. */
const placeHeld = fc.tuple(lines, token, holdType).map(([basket, means, type]) => {
  const says = `${describeBasket(basket, means)}, and hold it (${type}) before any worker sees it`;
  return command(
    says,
    (model) => model.orders.length < MOST_ORDERS && model.findLocation(basket) !== null,
    (model, shop) => {
      const order = model.place(basket, means, SHIPPING, type);
      const real = () =>
        shop.restart(async () => {
          await shop.place(order, SHIPPING);
          await shop.tell(order, 'holdOrder', { type, reason: 'wait' });
        });
      return { says: `${order.name}: ${says}`, order, real };
    },
  );
});

const TOLD = ['once', 'once', 'twice', 'under two ids', 'not yet'] as const;
const move = fc.tuple(pickFitting, fc.constantFrom(...TOLD)).map(([who, told]) =>
  commandAbout(
    `the carrier moves, told ${told}`,
    who,
    (order) => order.parcel === 'booked' && order.carrierHas !== 'delivered',
    (order, model, shop) => {
      const status = model.move(order);
      if (told !== 'not yet') model.report(order, status);
      const real = async () => {
        await shop.move(order);
        if (told === 'not yet') return;
        await shop.report(order, status, false);
        if (told !== 'once') await shop.report(order, status, told === 'under two ids');
      };
      return { says: `the carrier moves ${order.name}: ${status}, told ${told}`, real };
    },
  ),
);

/** Late, once more, or before an earlier one. */
const report = fc.tuple(pickFitting, fc.nat(2), fc.boolean()).map(([who, nth, again]) =>
  commandAbout(
    `the carrier reports ${nth}`,
    who,
    ({ carrierHas }) => carrierHas !== 'booked',
    (order, model, shop) => {
      const been = WAY.slice(1, WAY.indexOf(order.carrierHas) + 1);
      const status = been[nth % been.length] ?? 'picked_up';
      model.report(order, status);
      return { says: `the carrier reports ${order.name}: ${status}`, real: () => shop.report(order, status, again) };
    },
  ),
);

const shelf = fc.constantFrom('A@loc-1', 'A@loc-2', 'B@loc-1', 'C@loc-2');
const adjust = fc.tuple(shelf, fc.integer({ min: -3, max: 3 })).map(([place, delta]) =>
  command(
    `${delta} units at ${place}`,
    () => delta !== 0,
    (model, shop) => {
      const expected = model.adjust(place, { delta });
      return { says: `${delta} units at ${place}`, expected, real: () => shop.adjust(place, { delta }) };
    },
  ),
);
/** By somebody who has counted, and who may have read an old figure. */
const recount = fc.tuple(shelf, fc.nat(8), fc.constantFrom(0, 0, 1)).map(([place, setTo, wrongBy]) =>
  command(
    `count ${setTo} units at ${place}, expecting ${wrongBy} more than there are`,
    () => true,
    (model, shop) => {
      const change = { setTo, expected: (model.shelves.get(place)?.onHand ?? 0) + wrongBy };
      const expected = model.adjust(place, change);
      const says = `count ${setTo} units at ${place}, where ${change.expected} are expected`;
      return { says, expected, real: () => shop.adjust(place, change) };
    },
  ),
);

const restart = fc.constant(
  command(
    'restart the worker',
    () => true,
    (_model, shop) => ({ says: 'restart the worker', real: () => shop.restart() }),
  ),
);

const isOpen = (order: ModelOrder): boolean => !order.closed;
const lose = async (shop: RealShop, order: ModelOrder) => {
  await shop.terminate(order);
  expect(await shop.sweep()).toBe(1);
};
const terminate = pickFitting.map((who) =>
  commandAbout('terminate and sweep', who, isOpen, (order, model, shop) => {
    model.lose(order);
    return { says: `terminate the workflow of ${order.name}, and sweep`, real: () => lose(shop, order) };
  }),
);
const terminateAndCancel = pickFitting.map((who) =>
  commandAbout('terminate, sweep and cancel', who, isOpen, (order, model, shop) => {
    model.lose(order);
    const answer = model.cancel(order);
    if (answer === 'refused') order.tell('request.refused');
    const real = async () => {
      await shop.restart(async () => {
        await lose(shop, order);
        await shop.tell(order, 'cancelOrder', { reason: 'customer_asked' });
      });
      if (answer === 'pending') await shop.untilRaised();
    };
    return { says: `terminate the workflow of ${order.name}, sweep, and cancel before any worker sees it`, real };
  }),
);
const sweep = fc.constant(
  command(
    'sweep',
    ({ orders }) => orders.length > 0,
    (_model, shop) => ({ says: 'sweep', real: async () => expect(await shop.sweep()).toBe(0) }),
  ),
);

/** What happens to orders besides what is asked of them. */
export const happenings = {
  place,
  placeFree,
  placeHeld,
  move,
  report,
  adjust,
  recount,
  restart,
  terminate,
  terminateAndCancel,
  sweep,
};
