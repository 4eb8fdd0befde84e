import { findLostAnswers } from '../../db/verify/findLostAnswers';
import { findStarts } from '../../db/verify/readStarts';
import type { Breach, Invariant } from '../invariant';

const PAGE = 1_000;

export const acknowledged: Invariant = {
  name: 'acknowledged',
  title: 'Each order that was acknowledged to anybody is on record',
  stopsOrder: false,
  async check({ database, settings }) {
    const ids = settings.acknowledged ?? [];
    const breaches: Breach[] = [];
    for (let first = 0; first < ids.length; first += PAGE) {
      const page = ids.slice(first, first + PAGE);
      const known = await findStarts(database, page);
      for (const id of page) if (!known.has(id)) breaches.push({ id, what: 'acknowledged, and not on record' });
    }
    const answers = await findLostAnswers(database);
    for (const { key, orderId } of answers.found)
      breaches.push({
        id: orderId,
        what: `the answer under Idempotency-Key ${key} tells of it, and it is not on record`,
      });
    return { checked: ids.length + answers.checked, breaches };
  },
};
