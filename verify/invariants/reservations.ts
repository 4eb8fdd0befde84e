import { findOrdersOffLedger, findReservationDrift } from '../../db/verify/findReservationDrift';
import type { Invariant } from '../invariant';

export const reservations: Invariant = {
  name: 'reservations',
  title: 'What is reserved is what open orders have allocated and carts hold, order by order',
  stopsOrder: true,
  async check({ database }) {
    const levels = await findReservationDrift(database);
    const orders = await findOrdersOffLedger(database);
    return {
      checked: levels.checked + orders.checked,
      breaches: [
        ...levels.found.map(({ sku, location, reserved, allocated, picked, inParcels }) => ({
          id: `${sku}@${location}`,
          what: `${reserved} reserved, and open orders have ${allocated} allocated; ${picked} picked, and their parcels have ${inParcels}`,
        })),
        ...orders.found.map(
          ({ orderId, allocated, shipped, movedReserved, movedOnHand, picked, movedPicked, torn }) => ({
            id: orderId,
            orderId,
            what:
              `${allocated} units allocated, ${picked} of them picked, and ${shipped} shipped; ` +
              `the stock ledger has ${movedReserved} reserved, ${movedPicked} picked and ${-movedOnHand} taken for it` +
              (torn ? '; its lines say something else than its allocations' : ''),
          }),
        ),
      ],
    };
  },
};
