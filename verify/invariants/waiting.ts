import { findUnownedOrders } from '../../db/verify/findUnownedOrders';
import type { Invariant } from '../invariant';

export const waiting: Invariant = {
  name: 'waiting',
  title: 'Each order is closed, or waits for something, with an owner and a deadline',
  stopsOrder: true,
  async check({ database }) {
    const { checked, found } = await findUnownedOrders(database);
    const breaches = found.map(({ orderId, status, closed, what, owner, until }) => ({
      id: orderId,
      orderId,
      what:
        `${status} and ${closed ? 'closed' : 'open'}, waits for ${what ?? 'nothing'} by ${owner ?? 'nobody'}, ` +
        `until ${until?.toISOString() ?? 'ever'}`,
    }));
    return { checked, breaches };
  },
};
