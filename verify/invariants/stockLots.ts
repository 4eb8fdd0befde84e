import { findLotDrift, type LotFigures } from '../../db/verify/findLotDrift';
import type { Invariant } from '../invariant';

export const stockLots: Invariant = {
  name: 'stock-lots',
  title: 'A lot is the sum of its movements, and what is tracked by lot is the sum of its lots',
  stopsOrder: false,
  async check({ database }) {
    const { checked, found } = await findLotDrift(database);
    const breaches = found.map(({ sku, location, lot, has, should }) => ({
      id: `${sku}@${location}`,
      what:
        lot === null
          ? `its lots have ${describe(has)}; the level has ${describe(should)}`
          : `lot ${lot} has ${describe(has)}; its movements add up to ${describe(should)}`,
    }));
    return { checked, breaches };
  },
};

const describe = ({ onHand, picked, damaged, qualityHold }: LotFigures): string =>
  `${onHand} on hand, ${picked} picked, ${damaged} damaged, ${qualityHold} on quality hold`;
