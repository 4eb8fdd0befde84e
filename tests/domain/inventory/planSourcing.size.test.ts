import { at, of, plan, rule, served } from './sourcingScene';

describe('among more locations than every set can be tried of', () => {
  it('one that has all is found among hundreds', () => {
    const many = Array.from({ length: 300 }, (_, index) => at(`loc-${index}`, { A: 1, B: index === 277 ? 5 : 0 }));
    many[277] = at('loc-277', { A: 5, B: 5 });
    const made = plan([of('A', 3), of('B', 3)], many);
    expect(made.fulfilments).toEqual([
      {
        location: 'loc-277',
        lines: [
          { lineId: 'A', units: 3 },
          { lineId: 'B', units: 3 },
        ],
      },
    ]);
  });

  it('what no single one has is put together, within the shipments that are allowed', () => {
    const many = Array.from({ length: 300 }, (_, index) => at(`loc-${index}`, { A: (index % 4) + 1 }));
    const made = plan([of('A', 12)], many, rule({ maxShipments: 3 }));
    expect([served(made), made.fulfilments.map(({ location }) => location)]).toEqual([
      12,
      ['loc-3', 'loc-7', 'loc-11'],
    ]);
  });

  it('an order of 500 lines over ten locations is decided within seconds', () => {
    const skus = Array.from({ length: 500 }, (_, index) => `SKU-${index}`);
    const many = Array.from({ length: 10 }, (_, index) =>
      at(`loc-${index}`, Object.fromEntries(skus.filter((_sku, n) => n % 10 === index).map((sku) => [sku, 9]))),
    );
    const started = performance.now();
    const made = plan(
      skus.map((sku) => of(sku, 2)),
      many,
      rule({ maxShipments: 10, criteria: [{ by: 'priority' }] }),
    );
    expect(performance.now() - started).toBeLessThan(5_000);
    expect([served(made), made.short]).toEqual([1_000, []]);
  });
});
