export interface Component {
  sku: string;
  quantity: number;
}

/** What is known of an item that is to be a kit, and of what it is to be made of. */
export interface KitFacts {
  sku: string;
  tracking: 'none' | 'lot';
  components: readonly Component[];
  /** Of the components, those that are items, and of these those that are kits. */
  known: ReadonlySet<string>;
  kits: ReadonlySet<string>;
  /** A kit that has this item as a component. */
  usedIn: string | null;
  /** It has stock, or orders wait for it, under its own name. */
  hasStock: boolean;
}

/** Why the item can't be this kit, and which field says so; null when it can. Kits are one level deep, and live from the stock of their parts. */
export function findKitFault(facts: KitFacts): { pointer: string; message: string } | null {
  const { sku, components } = facts;
  if (components.length === 0) return null;
  const at = (index: number) => `/components/${index}/sku`;
  const seen = new Set<string>();
  for (const [index, component] of components.entries()) {
    if (component.sku === sku) return { pointer: at(index), message: 'is the kit itself' };
    if (seen.has(component.sku)) return { pointer: at(index), message: 'is named twice: add up its quantities' };
    seen.add(component.sku);
    if (!facts.known.has(component.sku)) return { pointer: at(index), message: 'is not in the catalogue' };
    if (facts.kits.has(component.sku)) return { pointer: at(index), message: 'is a kit: name its components instead' };
  }
  if (facts.usedIn !== null)
    return { pointer: '/components', message: `must be empty: the item is a component of ${facts.usedIn}` };
  if (facts.tracking === 'lot') return { pointer: '/tracking', message: 'must be none: a kit has no stock of its own' };
  if (facts.hasStock)
    return { pointer: '/components', message: 'must be empty: the item has stock of its own, or orders wait for it' };
  return null;
}
