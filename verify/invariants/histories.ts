import { pickOrders } from '../../db/verify/pickOrders';
import { readPersonalData } from '../../db/verify/readPersonalData';
import type { Breach, Invariant } from '../invariant';
import { findPersonalData, findSecrets } from '../findLeaks';
import { inParallel } from '../inParallel';

const AT_ONCE = 4;

export const histories: Invariant = {
  name: 'histories',
  title: 'No workflow history has a card number, a secret, or its customer’s personal data in it',
  stopsOrder: false,
  async check({ database, temporal, settings }) {
    const closedWithinMs = await temporal.readRetentionMs();
    const ids = await pickOrders(database, { closedWithinMs, limit: settings.histories, shift: settings.shift });
    const people = await readPersonalData(database, ids);
    let checked = 0;
    const breaches = await inParallel(ids, AT_ONCE, async (id): Promise<Breach[]> => {
      const history = await temporal.readHistory(id);
      if (history === undefined) return [];
      checked += 1;
      const person = people.get(id);
      const leaks = [
        ...findSecrets(history, settings.secrets),
        ...(person === undefined ? [] : findPersonalData(history, person)),
      ];
      return leaks.length === 0 ? [] : [{ id, orderId: id, what: `${leaks.join(', ')} in its history` }];
    });
    return { checked, breaches: breaches.flat() };
  },
};
