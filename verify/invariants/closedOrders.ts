import { findUnfinishedOrders } from '../../db/verify/findUnfinishedOrders';
import type { Invariant } from '../invariant';

export const closedOrders: Invariant = {
  name: 'closed-orders',
  title: 'Closed orders hold no stock and no parcel',
  stopsOrder: false,
  async check({ database }) {
    const { checked, found } = await findUnfinishedOrders(database);
    const breaches = found.map(({ orderId, status, held, parcel, parcelStatus }) => ({
      id: orderId,
      orderId,
      what: [
        status,
        ...(held > 0 ? [`${held} units are still held`] : []),
        ...(parcel === null ? [] : [`parcel ${parcel} is ${parcelStatus}`]),
      ].join(', '),
    }));
    return { checked, breaches };
  },
};
