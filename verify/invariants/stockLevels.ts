import { findStockDrift } from '../../db/verify/findStockDrift';
import type { Invariant } from '../invariant';

export const stockLevels: Invariant = {
  name: 'stock-levels',
  title: 'Stock is never negative, never oversold, and the sum of its movements',
  stopsOrder: false,
  async check({ database }) {
    const { checked, found } = await findStockDrift(database);
    const breaches = found.map(({ sku, location, onHand, reserved, movedOnHand, movedReserved }) => ({
      id: `${sku}@${location}`,
      what:
        `${onHand} on hand, ${reserved} reserved, ${onHand - reserved} available; ` +
        `its movements add up to ${movedOnHand} on hand, ${movedReserved} reserved`,
    }));
    return { checked, breaches };
  },
};
