import type { Edit, Guard } from '../guard';

const RESERVE = 'db/inventory/reserveStock.ts';
const TABLES = 'db/migrations/001_orders.ts';

const withoutCheck: Edit = { file: TABLES, find: 'CHECK (reserved <= on_hand)', replace: 'CHECK (true)' };
/** What the statement asks of the row once it has its lock; the choice of the location before it stays. */
const withoutCondition: Edit[] = [
  { file: RESERVE, find: 'AND (SELECT yes FROM enough)', replace: '' },
  { file: RESERVE, find: 'AND s.on_hand - s.reserved - s.safety_stock >= d.wanted', replace: '' },
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
        file: RESERVE,
        find: `SELECT sku, sum(quantity - cancelled)::bigint AS wanted FROM order_lines WHERE order_id = :orderId GROUP BY sku
     ), best`,
        replace: `SELECT sku, max(quantity - cancelled)::bigint AS wanted FROM order_lines WHERE order_id = :orderId GROUP BY sku
     ), best`,
      },
    ],
    tests: ['tests/db/reserveStock.test.ts'],
    title: 'same SKU on two lines',
  },
  {
    name: 'stock: who lost the race for it tries again',
    edits: [{ file: 'activities/inventory.ts', find: 'const MAX_RACES = 50;', replace: 'const MAX_RACES = 1;' }],
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
        file: 'db/inventory/adjustStock.ts',
        find: 'WHERE sku = ? AND location = ? FOR UPDATE',
        replace: 'WHERE sku = ? AND location = ?',
      },
    ],
    tests: ['tests/db/adjustStock.test.ts'],
    title: 'at once',
  },
  {
    name: 'stock: an adjustment leaves what is reserved',
    edits: [
      {
        file: 'db/inventory/adjustStock.ts',
        find: 'if (onHand < before.reserved || onHand < 0) {',
        replace: 'if (onHand < 0) {',
      },
    ],
    tests: ['tests/db/adjustStock.test.ts'],
    title: 'below what is reserved',
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
];
