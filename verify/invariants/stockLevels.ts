import { findStockDrift, type StockFigures } from '../../db/verify/findStockDrift';
import type { Invariant } from '../invariant';

export const stockLevels: Invariant = {
  name: 'stock-levels',
  title: 'Stock is never negative, never oversold, and the sum of its movements',
  stopsOrder: false,
  async check({ database }) {
    const { checked, found } = await findStockDrift(database);
    const breaches = found.map(({ sku, location, has, moved }) => {
      const available = has.onHand - has.reserved - has.damaged - has.qualityHold;
      return {
        id: `${sku}@${location}`,
        what: `${describe(has)}, ${available} available; its movements add up to ${describe(moved)}`,
      };
    });
    return { checked, breaches };
  },
};

const describe = ({ onHand, reserved, picked, damaged, qualityHold, incoming }: StockFigures): string =>
  `${onHand} on hand, ${reserved} reserved, ${picked} picked, ${damaged} damaged, ${qualityHold} on quality hold, ${incoming} incoming`;
