import fc from 'fast-check';
import { classifyAbc, classifyXyz } from '../../domain/inventory/replenishment/classes';
import { decideOrder, type OrderQuestion } from '../../domain/inventory/replenishment/decideOrder';
import { measureDemand } from '../../domain/inventory/replenishment/demand';
import { sizeOrder } from '../../domain/inventory/replenishment/orderSize';
import { daysOfCover, stockPosition } from '../../domain/inventory/replenishment/position';
import { policySchema, type ReorderRulePolicy } from '../../domain/inventory/replenishment/schema';

const ask = (policy: ReorderRulePolicy, changes: Partial<OrderQuestion> = {}) =>
  decideOrder({
    policy: policySchema.parse(policy),
    position: 0,
    demand: { mean: 20, sd: 5 },
    leadTimeDays: 9,
    leadTimeSdDays: 2,
    serviceLevel: 0.95,
    sizes: { minimumOrder: 0, multiple: 1, packSize: 1 },
    ...changes,
  });

describe('min and max', () => {
  const soda = { type: 'min_max', min: 10, max: 40 } as const;
  const sizes = { minimumOrder: 0, multiple: 6, packSize: 1 };

  test.each([
    [10, 30],
    [8, 36],
    [11, 0],
    [0, 42],
    [-5, 48],
  ])('10 and 40 in sixes: from a position of %d, %d are ordered (multiples are rounded up)', (position, quantity) => {
    expect(ask(soda, { position, sizes }).quantity).toBe(quantity);
  });

  test('the same figure twice orders what was used, and nothing while nothing was', () => {
    const fixed = { type: 'min_max', min: 5, max: 5 } as const;
    expect(ask(fixed, { position: 5 }).quantity).toBe(0);
    expect(ask(fixed, { position: 3 }).quantity).toBe(2);
  });
});

describe('reorder point and quantity', () => {
  test('orders as many quantities as bring the position above the point', () => {
    const policy = { type: 'reorder_point', reorderPoint: 20, orderQuantity: 12 } as const;
    expect(ask(policy, { position: 21 })).toMatchObject({ quantity: 0, maxUnits: 32 });
    expect(ask(policy, { position: 20 }).quantity).toBe(12);
    expect(ask(policy, { position: 8 }).quantity).toBe(24);
    expect(ask(policy, { position: -30 }).quantity).toBe(60);
  });

  test('computes the point from demand, lead time and service level, and the quantity as the EOQ', () => {
    const policy = { type: 'reorder_point', orderCost: 8, holdingCost: 0.225 } as const;
    const found = ask(policy, { position: 251 });
    expect(found).toMatchObject({ reorderAt: 251, orderUpTo: null, orderQuantity: 721, quantity: 721 });
    expect(found.safetyStock).toBeCloseTo(70.268178, 6);
    expect(found.fillRate).toBeGreaterThan(0.995);
    expect(ask(policy, { position: 252 }).quantity).toBe(0);
  });

  test('computes both from what a shortage costs: 329 at a time, at 127 (stockpyl, example 5.1, in days)', () => {
    const policy = { type: 'reorder_point', orderCost: 8, holdingCost: 0.225, shortageCost: 7.5 } as const;
    const found = ask(policy, {
      position: 127,
      demand: { mean: 1_300 / 365, sd: 150 / Math.sqrt(365) },
      leadTimeDays: 365 / 12,
      leadTimeSdDays: 0,
    });
    expect(found).toMatchObject({ reorderAt: 127, orderQuantity: 329, quantity: 329 });
  });

  test('computes both from what each missing unit costs, however long: 319 at a time, at 214 (stockpyl, example 5.1, in days)', () => {
    const policy = {
      type: 'reorder_point',
      orderCost: 8,
      holdingCost: 0.225,
      shortageCost: 7.5,
      shortageCostPer: 'unit',
    } as const;
    const found = ask(policy, {
      position: 214,
      demand: { mean: 1_300 / 365, sd: 150 / Math.sqrt(365) },
      leadTimeDays: 365 / 12,
      leadTimeSdDays: 0,
    });
    expect(found).toMatchObject({ reorderAt: 214, orderQuantity: 319, quantity: 319 });
    expect(ask(policy, { position: 1, demand: { mean: 0, sd: 0 } }).quantity).toBe(0);
  });

  test('without any demand orders no more than what customers wait for', () => {
    const policy = { type: 'reorder_point', orderCost: 8, holdingCost: 0.225 } as const;
    const none = { mean: 0, sd: 0 };
    expect(ask(policy, { position: 1, demand: none }).quantity).toBe(0);
    expect(ask(policy, { position: -4, demand: none }).needed).toBe(5);
  });

  test('by cost takes a lead time that deviates for demand that does', () => {
    const policy = { type: 'reorder_point', orderCost: 8, holdingCost: 0.225, shortageCost: 7.5 } as const;
    expect(ask(policy, { leadTimeSdDays: 4 }).reorderAt).toBeGreaterThan(ask(policy, { leadTimeSdDays: 0 }).reorderAt);
    expect(ask(policy, { leadTimeDays: 0, leadTimeSdDays: 4 }).reorderAt).toBe(0);
  });
});

describe('periodic review', () => {
  test('orders up to demand over lead time and review, and the safety stock of both', () => {
    const found = ask({ type: 'periodic', reviewDays: 7 }, { position: 100 });
    expect(found).toMatchObject({ orderUpTo: 394, quantity: 294, maxUnits: 394 });
    expect(found.safetyStock).toBeCloseTo(73.56009, 6);
  });

  test('orders up to a figure that is given', () => {
    expect(ask({ type: 'periodic', reviewDays: 7, orderUpTo: 50 }, { position: 20 }).quantity).toBe(30);
    expect(ask({ type: 'periodic', reviewDays: 7, orderUpTo: 50 }, { position: 50 }).quantity).toBe(0);
  });
});

describe('days of cover', () => {
  const policy = { type: 'days_of_cover', minDays: 7, maxDays: 30 } as const;
  test('orders what lasts to the greater number once it lasts no longer than the smaller', () => {
    expect(ask(policy, { position: 140 })).toMatchObject({ quantity: 460, maxUnits: 600 });
    expect(ask(policy, { position: 141 }).quantity).toBe(0);
  });
  test('without demand orders only what customers wait for', () => {
    expect(ask(policy, { position: 0, demand: { mean: 0, sd: 0 } }).quantity).toBe(0);
    expect(ask(policy, { position: -3, demand: { mean: 0, sd: 0 } }).quantity).toBe(3);
  });
});

describe('the size of an order', () => {
  test.each([
    [1, { minimumOrder: 0, multiple: 1, packSize: 1 }, 1],
    [1, { minimumOrder: 50, multiple: 6, packSize: 1 }, 54],
    [13, { minimumOrder: 0, multiple: 4, packSize: 6 }, 24],
    [24, { minimumOrder: 24, multiple: 4, packSize: 6 }, 24],
    [0, { minimumOrder: 50, multiple: 6, packSize: 6 }, 0],
    [-3, { minimumOrder: 50, multiple: 6, packSize: 6 }, 0],
    [2.2, { minimumOrder: 0, multiple: 1, packSize: 1 }, 3],
  ])('for %d with %j is %d', (needed, sizes, quantity) => {
    expect(sizeOrder(needed, sizes)).toBe(quantity);
  });

  test('is the least that is enough, in whole multiples and packs', () => {
    const small = fc.integer({ min: 1, max: 60 });
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 10_000 }),
        fc.integer({ min: 0, max: 500 }),
        small,
        small,
        (needed, minimumOrder, multiple, packSize) => {
          const quantity = sizeOrder(needed, { minimumOrder, multiple, packSize });
          const isOrder = (units: number) =>
            units >= needed && units >= minimumOrder && units % multiple === 0 && units % packSize === 0;
          expect(isOrder(quantity)).toBe(true);
          for (let less = quantity - 1; less >= Math.max(needed, minimumOrder); less -= 1)
            expect(isOrder(less)).toBe(false);
        },
      ),
    );
  });
});

describe('any policy', () => {
  const units = fc.integer({ min: 0, max: 2_000 });
  const policies: fc.Arbitrary<ReorderRulePolicy> = fc.oneof(
    fc.tuple(units, units).map(([min, more]) => ({ type: 'min_max' as const, min, max: min + more })),
    fc.tuple(units, fc.integer({ min: 1, max: 500 })).map(([reorderPoint, orderQuantity]) => ({
      ...{ type: 'reorder_point' as const, reorderPoint, orderQuantity },
    })),
    fc.integer({ min: 1, max: 60 }).map((reviewDays) => ({ type: 'periodic' as const, reviewDays })),
    fc.tuple(fc.integer({ min: 0, max: 60 }), fc.integer({ min: 0, max: 60 })).map(([minDays, more]) => ({
      ...{ type: 'days_of_cover' as const, minDays, maxDays: minDays + more },
    })),
  );
  const demands = fc.record({
    mean: fc.double({ min: 0, max: 200, noNaN: true }),
    sd: fc.double({ min: 0, max: 99, noNaN: true }),
  });

  test('orders nothing above its point; below it reaches the point and stays within its most', () => {
    fc.assert(
      fc.property(policies, demands, fc.integer({ min: -500, max: 5_000 }), (policy, demand, position) => {
        const found = ask(policy, { demand, position });
        if (position > found.reorderAt) expect(found.quantity).toBe(0);
        else expect(position + found.quantity).toBeGreaterThanOrEqual(found.reorderAt);
        expect(position + found.quantity).toBeLessThanOrEqual(Math.max(found.maxUnits, position));
        expect(Number.isInteger(found.quantity)).toBe(true);
      }),
    );
  });

  test.each([
    [{ type: 'min_max', min: 5, max: 4 }],
    [{ type: 'days_of_cover', minDays: 5, maxDays: 4 }],
    [{ type: 'reorder_point', reorderPoint: 5 }],
    [{ type: 'reorder_point', orderCost: 5 }],
    [{ type: 'reorder_point', orderQuantity: 5, orderCost: 1, holdingCost: 1, shortageCost: 2 }],
    [{ type: 'reorder_point', orderCost: 1, holdingCost: 1, shortageCostPer: 'unit' }],
    [{ type: 'periodic' }],
    [{ type: 'guess' }],
  ])('is not %j', (policy) => {
    expect(policySchema.safeParse(policy).success).toBe(false);
  });
});

describe('position, demand and cover', () => {
  test('the position is what can serve demand to come', () => {
    const parts = { onHand: 50, reserved: 10, damaged: 3, qualityHold: 2, incoming: 20, backorders: 7 };
    expect(stockPosition(parts)).toBe(48);
  });

  test('days on which nothing was shipped count: 10 and 20 units on two of four days', () => {
    const { mean, sd } = measureDemand(4, 30, 500);
    expect(mean).toBe(7.5);
    expect(sd).toBeCloseTo(9.574271, 6);
  });

  test('no days, and a single one, have no deviation', () => {
    expect(measureDemand(0, 0, 0)).toEqual({ days: 0, units: 0, mean: 0, sd: 0 });
    expect(measureDemand(1, 5, 25)).toEqual({ days: 1, units: 5, mean: 5, sd: 0 });
  });

  test('demand measured from sums is that of the days themselves', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 1_000 }), { minLength: 2, maxLength: 60 }), (perDay) => {
        const sum = perDay.reduce((total, units) => total + units, 0);
        const found = measureDemand(
          perDay.length,
          sum,
          perDay.reduce((total, units) => total + units * units, 0),
        );
        const mean = sum / perDay.length;
        const variance = perDay.reduce((total, units) => total + (units - mean) ** 2, 0) / (perDay.length - 1);
        expect(found.mean).toBeCloseTo(mean, 9);
        expect(found.sd).toBeCloseTo(Math.sqrt(variance), 6);
      }),
    );
  });

  test('cover is units by demand a day, without demand unknown, and of less than nothing none', () => {
    expect([daysOfCover(45, 3), daysOfCover(45, 0), daysOfCover(-4, 3)]).toEqual([15, null, 0]);
  });
});

describe('classes', () => {
  test('A up to 80 % of the value, B up to 95 %, C the rest and what is worth nothing', () => {
    const items = [60, 20, 10, 5, 4, 1, 0].map((value, index) => ({ key: `S${index}`, value }));
    expect([...classifyAbc(items).values()].join('')).toBe('AABBCCC');
    expect([...classifyAbc(items, { a: 0.6, b: 0.8 }).values()].join('')).toBe('ABCCCCC');
  });

  test('one item that is worth nearly all is A', () => {
    expect([
      ...classifyAbc([
        { key: 'x', value: 99 },
        { key: 'y', value: 1 },
      ]).values(),
    ]).toEqual(['A', 'C']);
    expect([...classifyAbc([{ key: 'x', value: 0 }]).values()]).toEqual(['C']);
  });

  test('do not depend on the order in which items come', () => {
    const items = fc.uniqueArray(fc.record({ key: fc.string(), value: fc.integer({ min: 0, max: 50 }) }), {
      selector: ({ key }) => key,
    });
    fc.assert(
      fc.property(items, (given) => {
        expect(classifyAbc([...given].reverse())).toEqual(classifyAbc(given));
      }),
    );
  });

  test.each([
    [{ mean: 10, sd: 5 }, 'X'],
    [{ mean: 10, sd: 5.1 }, 'Y'],
    [{ mean: 10, sd: 10 }, 'Y'],
    [{ mean: 10, sd: 10.1 }, 'Z'],
    [{ mean: 0, sd: 0 }, 'Z'],
  ])('by variation: %j is %s', (demand, found) => {
    expect(classifyXyz(demand)).toBe(found);
  });

  test('by variation, with limits of 0.2 and 0.5', () => {
    expect([2, 2.1, 5, 5.1].map((sd) => classifyXyz({ mean: 10, sd }, { x: 0.2, y: 0.5 })).join('')).toBe('XYYZ');
  });
});
