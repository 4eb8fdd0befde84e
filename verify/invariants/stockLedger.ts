import { findStockDips } from '../../db/verify/findStockDips';
import type { Invariant } from '../invariant';

export const stockLedger: Invariant = {
  name: 'stock-ledger',
  title: 'After each single movement stock was neither negative nor oversold',
  stopsOrder: false,
  async check({ database }) {
    const { checked, found } = await findStockDips(database);
    const breaches = found.map(
      ({ sku, location, movement, onHand, reserved, picked, damaged, qualityHold, incoming }) => ({
        id: `${sku}@${location}`,
        what:
          `${onHand} on hand with ${reserved} reserved, ${picked} picked, ${damaged} damaged, ${qualityHold} on quality hold, and ${incoming} incoming, ` +
          `after movement ${movement}`,
      }),
    );
    return { checked, breaches };
  },
};
