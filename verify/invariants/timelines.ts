import { findTornTimelines, type TornTimeline } from '../../db/verify/findTornTimelines';
import type { Invariant } from '../invariant';

export const timelines: Invariant = {
  name: 'timelines',
  title: 'Each timeline is without a gap, and a path through the transition table to where the order is',
  stopsOrder: true,
  async check({ database }) {
    const { checked, found } = await findTornTimelines(database);
    return { checked, breaches: found.map((torn) => ({ id: torn.orderId, orderId: torn.orderId, what: tell(torn) })) };
  },
};

function tell({ events, lastSequence, gapAt, illegalStep, status, toldStatus }: TornTimeline): string {
  return [
    ...(gapAt === null ? [] : [`event ${gapAt} does not follow on the one before it`]),
    ...(events === lastSequence ? [] : [`${events} events, and the newest should be number ${lastSequence}`]),
    ...(illegalStep === null ? [] : [`the step ${illegalStep} is not in the table`]),
    ...(toldStatus === status ? [] : [`it is ${status}, and its events end at ${toldStatus ?? 'nothing'}`]),
  ].join('; ');
}
