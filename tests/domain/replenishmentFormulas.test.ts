import fc from 'fast-check';
import {
  policyByEoqAndSafetyStock,
  policyByInventoryLevel,
  policyByLossFunction,
} from '../../domain/inventory/replenishment/continuousReview';
import {
  economicOrder,
  economicOrderWithBackorders,
  economicProduction,
} from '../../domain/inventory/replenishment/economicOrder';
import { newsvendor } from '../../domain/inventory/replenishment/newsvendor';
import {
  normalCdf,
  normalDensity,
  normalLoss,
  normalQuantile,
  secondNormalLoss,
} from '../../domain/inventory/replenishment/normal';
import { fillRate, reorderPoint, safetyStock } from '../../domain/inventory/replenishment/safetyStock';

const DIGITS = 6;

describe('the standard normal distribution', () => {
  test.each([
    [0.9, 1.281552],
    [0.95, 1.644854],
    [0.975, 1.959964],
    [0.99, 2.326348],
  ])('is not above z with probability %d: z is %d (scipy)', (probability, z) => {
    expect(normalQuantile(probability)).toBeCloseTo(z, DIGITS);
    expect(normalQuantile(1 - probability)).toBeCloseTo(-z, DIGITS);
  });

  test('has half of it below 0, and the loss G(1) = 0.0833154706 (stockpyl)', () => {
    expect(normalCdf(0)).toBeCloseTo(0.5, 14);
    expect(normalQuantile(0.5)).toBeCloseTo(0, 12);
    expect(normalLoss(1)).toBeCloseTo(0.0833154706, 9);
  });

  test('has a quantile that undoes its distribution, anywhere', () => {
    fc.assert(
      fc.property(fc.double({ min: 1e-12, max: 1 - 1e-12, noNaN: true }), (probability) => {
        const found = normalCdf(normalQuantile(probability));
        expect(Math.abs(found - probability)).toBeLessThan(1e-12);
      }),
    );
  });

  test('has losses that are the integrals they stand for', () => {
    const integrate = (weigh: (over: number) => number, from: number): number => {
      const steps = 20_000;
      const width = (12 - from) / steps;
      let sum = 0;
      for (let step = 0; step < steps; step += 1) {
        const at = from + (step + 0.5) * width;
        sum += weigh(at - from) * normalDensity(at) * width;
      }
      return sum;
    };
    fc.assert(
      fc.property(fc.double({ min: -3, max: 3, noNaN: true }), (z) => {
        expect(normalLoss(z)).toBeCloseTo(
          integrate((over) => over, z),
          DIGITS,
        );
        expect(secondNormalLoss(z)).toBeCloseTo(
          integrate((over) => (over * over) / 2, z),
          DIGITS,
        );
      }),
      { numRuns: 20 },
    );
  });

  test.each([0, 1, -0.1, 1.5, NaN])('has no quantile of %d', (probability) => {
    expect(() => normalQuantile(probability)).toThrow(RangeError);
  });
});

describe('safety stock', () => {
  const uncertainty = { demand: 20, demandSd: 5, leadTime: 9, leadTimeSd: 2 };

  test('is z√(Lσ_d² + d²σ_L²), and demand over the lead time more is the reorder point (scipy)', () => {
    expect(safetyStock(uncertainty, 0.95)).toBeCloseTo(70.268178, DIGITS);
    expect(reorderPoint(uncertainty, 0.95)).toBeCloseTo(250.268178, DIGITS);
  });

  test('has to last through the review period too where there is one (scipy)', () => {
    expect(safetyStock({ ...uncertainty, reviewPeriod: 7 }, 0.95)).toBeCloseTo(73.56009, DIGITS);
    expect(reorderPoint({ ...uncertainty, reviewPeriod: 7 }, 0.95)).toBeCloseTo(20 * 16 + 73.56009, DIGITS);
  });

  test('with a lead time that never deviates is zσ_d√L (scipy)', () => {
    expect(safetyStock({ ...uncertainty, leadTimeSd: 0 }, 0.95)).toBeCloseTo(24.672804, DIGITS);
  });

  test('for 95 % of the cycles serves 99.55 % of the units, 200 at a time (stockpyl)', () => {
    expect(fillRate(uncertainty, 0.95, 200)).toBeCloseTo(0.9955373, DIGITS);
  });

  test('grows with each of its parts, and is never less than nothing', () => {
    const part = fc.double({ min: 0, max: 1_000, noNaN: true });
    const any = fc.record({ demand: part, demandSd: part, leadTime: part, leadTimeSd: part, reviewPeriod: part });
    const level = fc.double({ min: 0.5, max: 0.999, noNaN: true });
    fc.assert(
      fc.property(
        any,
        level,
        fc.constantFrom('demand', 'demandSd', 'leadTime', 'leadTimeSd', 'reviewPeriod'),
        (given, serviceLevel, name) => {
          const before = safetyStock(given, serviceLevel);
          const after = safetyStock({ ...given, [name]: given[name] + 1 }, serviceLevel);
          expect(before).toBeGreaterThanOrEqual(0);
          expect(after).toBeGreaterThanOrEqual(before * (1 - 1e-12));
        },
      ),
    );
  });

  test('for less than half of the cycles is none', () => {
    expect(safetyStock(uncertainty, 0.3)).toBe(0);
  });
});

describe('order quantities', () => {
  test('EOQ (stockpyl, example 3.1)', () => {
    const { quantity, cost } = economicOrder({ orderCost: 8, demand: 1_300, holdingCost: 0.225 });
    expect([quantity, cost]).toEqual([expect.closeTo(304.04678, DIGITS), expect.closeTo(68.410526, DIGITS)]);
  });

  test('EOQ with planned backorders (stockpyl, example 3.8)', () => {
    const found = economicOrderWithBackorders({ orderCost: 8, demand: 1_300, holdingCost: 0.225, backorderCost: 5 });
    expect(found.quantity).toBeCloseTo(310.812555, DIGITS);
    expect(found.backordered).toBeCloseTo(0.0430622, DIGITS);
    expect(found.cost).toBeCloseTo(66.921364, DIGITS);
  });

  test('EPQ (stockpyl, problem 3.22)', () => {
    const found = economicProduction({ orderCost: 4, demand: 80, holdingCost: 0.08, productionRate: 110 });
    expect(found.quantity).toBeCloseTo(171.269768, DIGITS);
    expect(found.cost).toBeCloseTo(3.736795, DIGITS);
  });

  test('newsvendor (stockpyl, example 4.1)', () => {
    const found = newsvendor({ mean: 50, sd: 8, overageCost: 0.18, underageCost: 0.7 });
    expect(found.quantity).toBeCloseTo(56.603956, DIGITS);
    expect(found.cost).toBeCloseTo(1.997605, DIGITS);
  });

  const review = {
    ...{ orderCost: 8, holdingCost: 0.225, shortageCost: 7.5 },
    ...{ demand: 1_300, demandSd: 150, leadTime: 1 / 12 },
  };

  test('(r, Q) by the expected inventory level (stockpyl, example 5.1)', () => {
    const { reorderPoint: point, orderQuantity, cost } = policyByInventoryLevel(review);
    expect(point).toBeCloseTo(213.970442, 4);
    expect(orderQuantity).toBeCloseTo(318.590181, 4);
    expect(cost).toBeCloseTo(95.45114, DIGITS);
  });

  test('(r, Q) by the expected inventory level costs less than its neighbours', () => {
    const { reorderPoint: r, orderQuantity: q, cost } = policyByInventoryLevel(review);
    const [mean, sd] = [1_300 / 12, 150 / Math.sqrt(12)];
    const costOf = (point: number, quantity: number) =>
      0.225 * (point - mean + quantity / 2) + (1_300 / quantity) * (8 + 7.5 * sd * normalLoss((point - mean) / sd));
    expect(costOf(r, q)).toBeCloseTo(cost ?? 0, DIGITS);
    for (const [point, quantity] of [
      [r - 1, q],
      [r + 1, q],
      [r, q - 1],
      [r, q + 1],
    ] as const)
      expect(costOf(point, quantity)).toBeGreaterThan(cost ?? Infinity);
  });

  test('(r, Q) by the expected inventory level without deviation is demand over the lead time and the EOQ', () => {
    const { reorderPoint: point, orderQuantity } = policyByInventoryLevel({ ...review, demandSd: 0 });
    expect([point, orderQuantity]).toEqual([expect.closeTo(1_300 / 12, DIGITS), expect.closeTo(304.04678, DIGITS)]);
  });

  test('(r, Q) by the expected inventory level keeps nothing where a shortage costs less than the stock', () => {
    expect(policyByInventoryLevel({ ...review, shortageCost: 0.01 })).toMatchObject({ reorderPoint: 0, cost: null });
  });

  test('(r,Q) by EOQ and safety stock (stockpyl, example 5.1)', () => {
    const found = policyByEoqAndSafetyStock(review);
    expect(found.reorderPoint).toBeCloseTo(190.336997, DIGITS);
    expect(found.orderQuantity).toBeCloseTo(304.04678, DIGITS);
  });

  test('(r,Q) by the loss function (stockpyl, example 5.1)', () => {
    const found = policyByLossFunction(review);
    expect(found.reorderPoint).toBeCloseTo(126.867063, DIGITS);
    expect(found.orderQuantity).toBeCloseTo(328.449142, DIGITS);
  });

  test('(r,Q) of a demand that never deviates is the EOQ, ordered when the lead time’s demand is left', () => {
    const found = policyByLossFunction({ ...review, demandSd: 0 });
    expect(found.reorderPoint).toBeCloseTo(1_300 / 12, DIGITS);
    expect(found.orderQuantity).toBeCloseTo(304.04678, DIGITS);
  });

  test('EOQ is where ordering costs as much as keeping, and no other quantity is cheaper', () => {
    const amount = fc.double({ min: 0.01, max: 1e6, noNaN: true });
    const factor = fc.double({ min: 0.1, max: 10, noNaN: true });
    fc.assert(
      fc.property(amount, amount, amount, factor, (orderCost, demand, holdingCost, times) => {
        const costAt = (quantity: number) => (orderCost * demand) / quantity + (holdingCost * quantity) / 2;
        const { quantity, cost } = economicOrder({ orderCost, demand, holdingCost });
        expect(costAt(quantity) / cost).toBeCloseTo(1, 9);
        expect(costAt(quantity * times)).toBeGreaterThanOrEqual(cost * (1 - 1e-9));
      }),
    );
  });
});
