import { findBackorderDrift } from '../../db/verify/findBackorderDrift';
import type { Invariant } from '../invariant';

export const backorders: Invariant = {
  name: 'backorders',
  title: 'What lines wait for is what is claimed for them of what comes in',
  stopsOrder: true,
  async check({ database }) {
    const { checked, found } = await findBackorderDrift(database);
    const breaches = found.map(({ orderId, lineId, sku, missing, claimed }) => ({
      id: orderId,
      orderId,
      what: `${missing} units of ${sku} are missing in ${lineId}, and ${claimed} are claimed`,
    }));
    return { checked, breaches };
  },
};
