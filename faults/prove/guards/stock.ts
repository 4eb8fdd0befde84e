import type { Edit, Guard } from '../guard';

const RESERVE = 'db/inventory/reserveStock.ts';
const TABLES = 'db/migrations/005_inventory.ts';

const withoutCheck: Edit = {
  file: TABLES,
  find: 'CHECK (reserved + damaged + quality_hold <= on_hand)',
  replace: 'CHECK (true)',
};
/** What the statement asks of the row once it has its lock; the choice of the location before it stays. */
const withoutCondition: Edit[] = [
  {
    file: RESERVE,
    find: `AND (s.on_hand - s.reserved - s.damaged - s.quality_hold - greatest(s.safety_stock, w.kept) >= w.units
      OR w.units <= (SELECT units FROM own WHERE own.sku = w.sku AND own.location = w.location))`,
    replace: '',
  },
];

/** What keeps stock from being sold twice, and its ledger true. */
export const stockGuards: Guard[] = [
  {
    name: 'stock: no more is reserved than is there (CHECK never_oversold)',
    edits: [withoutCheck],
    tests: ['tests/db/constraints.test.ts'],
  },
  {
    name: 'stock: the reservation repeats its condition under the lock',
    edits: withoutCondition,
    tests: ['tests/db/reserveStock.test.ts'],
    title: 'of several units each|safety stock',
  },
  {
    name: 'stock: both the condition and the CHECK',
    edits: [withoutCheck, ...withoutCondition],
    tests: ['tests/db/reserveStock.test.ts'],
    title: 'exactly 50 get one',
    depth: 'With one of them left no unit is sold twice, but buyers get an error instead of an answer',
  },
  {
    name: 'stock: what several lines want of one item is summed up',
    edits: [
      {
        file: 'db/inventory/sumUnits.ts',
        find: 'units: before + units * quantity',
        replace: 'units: Math.max(before, units * quantity)',
      },
    ],
    tests: ['tests/db/reserveStock.test.ts'],
    title: 'same SKU on two lines',
  },
  {
    name: 'stock: who lost the race for it tries again',
    edits: [{ file: 'db/inventory/stockRace.ts', find: 'const MAX_RACES = 50;', replace: 'const MAX_RACES = 1;' }],
    tests: ['tests/db/reserveStock.test.ts'],
    title: 'empty both of two locations|exactly 50 get one|of several units',
  },
  {
    name: 'stock: it is reserved once, however often the step runs',
    edits: [
      { file: 'activities/inventory.ts', find: 'if (order.rejected || rows[0].decided) return null;', replace: '' },
    ],
    tests: ['tests/db/reserveStock.test.ts'],
    title: 'is reserved once|gets none any more',
  },
  {
    name: 'stock: an adjustment takes the lock of its level',
    edits: [
      {
        file: 'db/inventory/lockLevels.ts',
        find: 'FOR UPDATE OF s',
        replace: '',
      },
    ],
    tests: ['tests/db/adjustStock.test.ts'],
    title: 'at once',
  },
  {
    name: 'stock: an adjustment leaves what is reserved',
    edits: [
      withoutCheck,
      {
        file: 'db/inventory/moveStock.ts',
        find: 'refuseShortfall(await lockLevels(transaction, moves), moves);',
        replace: 'await lockLevels(transaction, moves);',
      },
    ],
    tests: ['tests/db/adjustStock.test.ts'],
    title: 'below what is reserved',
  },
  {
    name: 'stock: what comes in is kept for those that wait',
    edits: [
      {
        file: 'domain/inventory/withhold.ts',
        find: 'available[sku] = free - claimed;',
        replace: 'available[sku] = free;',
      },
    ],
    tests: ['tests/db/backorders.test.ts'],
    title: 'gets only what is left|the one that waits longer gets it',
  },
  {
    name: 'stock: a cart’s order takes its reservation over',
    edits: [
      {
        file: 'activities/inventory.ts',
        find: 'cart === null ? [] : await takeOverReservation(transaction, cart, orderId);',
        replace: '[];',
      },
    ],
    tests: ['tests/db/reservations.test.ts'],
    title: 'stands in its own way',
  },
  {
    name: 'stock: a reservation ends by the clock of the database, and once',
    edits: [
      {
        file: 'db/inventory/reservations.ts',
        find: `WHERE id = :id AND state = 'active' AND (:state <> 'expired' OR expires_at <= now()) RETURNING id`,
        replace: `WHERE id = :id AND (:state <> 'expired' OR expires_at <= now()) RETURNING id`,
      },
    ],
    tests: ['tests/db/reservations.test.ts'],
    title: 'gives them back when it is released, once|the units are counted once',
  },
  {
    name: 'stock: a cart takes only what is there when it has the lock',
    edits: [
      withoutCheck,
      {
        file: 'db/inventory/reservations.ts',
        find: 'AND s.on_hand - s.reserved - s.damaged - s.quality_hold - greatest(s.safety_stock, w.kept) >= w.units',
        replace: '',
      },
    ],
    tests: ['tests/db/reservations.test.ts'],
    title: 'exactly a hundred get one',
  },
  {
    name: 'stock: a kit keeps the components it was sold with',
    edits: [
      {
        file: 'db/orders/recordOrder.ts',
        find: 'FROM item_components c WHERE c.kit = l.sku)',
        replace: 'FROM item_components c WHERE c.kit = l.sku AND false)',
      },
    ],
    tests: ['tests/db/reservations.test.ts'],
    title: 'takes its components',
  },
  {
    name: 'stock: a cancellation gives it back',
    edits: [
      {
        file: 'db/inventory/releaseStock.ts',
        find: 'SET reserved = s.reserved - held.quantity',
        replace: 'SET reserved = s.reserved',
      },
    ],
    tests: ['tests/db/reserveStock.test.ts'],
    title: 'seed 1',
  },
  {
    name: 'stock: what was picked is not given up',
    edits: [
      {
        file: 'db/inventory/reallocation/giveUpStock.ts',
        find: ' AND a.picked_at IS NULL',
        replace: '',
      },
    ],
    tests: ['tests/db/picking.test.ts'],
    title: 'to an order that goes first',
  },
  {
    name: 'stock: a cancellation puts back what was picked',
    edits: [{ file: 'db/inventory/releaseStock.ts', find: 'await putBack(transaction, orderId, actor);', replace: '' }],
    tests: ['tests/db/picking.test.ts'],
    title: 'goes back on the shelf',
  },
  {
    name: 'stock: a lot that has expired is not picked',
    edits: [
      {
        file: 'domain/inventory/picking/chooseLots.ts',
        find: 'const good = shelf.filter(({ expired }) => !expired);',
        replace: 'const good = [...shelf];',
      },
    ],
    tests: ['tests/db/expiredLots.test.ts'],
    title: 'keeps what orders have reserved',
  },
  {
    name: 'stock: what expires leaves what is reserved',
    edits: [
      {
        file: 'db/inventory/holdExpired.ts',
        find: 'level.onHand - level.reserved - level.damaged',
        replace: 'level.onHand - level.damaged',
      },
    ],
    tests: ['tests/db/expiredLots.test.ts'],
    title: 'keeps what orders have reserved|never touched',
  },
  {
    name: 'stock: a cancellation gives the place of the day back',
    edits: [{ file: 'db/inventory/releaseStock.ts', find: 'await giveBackPlaces(transaction, orderId);', replace: '' }],
    tests: ['tests/db/locationDays.test.ts'],
    title: 'is given back when the order is cancelled',
  },
  {
    name: 'stock: past the cut-off a parcel is of the next day',
    edits: [{ file: 'db/inventory/locations/shipDay.ts', find: 'THEN 1 ELSE 0 END', replace: 'THEN 0 ELSE 0 END' }],
    tests: ['tests/db/locationDays.test.ts'],
    title: 'is taken|limit of the next day',
  },
];
