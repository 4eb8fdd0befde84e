import type { SourcingStrategy } from '../sourcing/strategy';

/** What the rules still allow an order that gains from some locations already: so many more, or from those alone. */
export function withinShipments(
  { rules }: SourcingStrategy,
  made: ReadonlySet<string>,
  all: readonly string[],
): SourcingStrategy {
  const others = all.filter((location) => !made.has(location));
  return {
    rules: rules.map((rule) => {
      const { maxShipments, exclude } = rule;
      if (maxShipments > made.size) return { ...rule, maxShipments: maxShipments - made.size };
      return { ...rule, exclude: { ...exclude, locations: [...(exclude?.locations ?? []), ...others] } };
    }),
  };
}
