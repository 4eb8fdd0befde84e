import { ApplicationFailure, proxyLocalActivities, setCurrentDetails, sleep } from '@temporalio/workflow';
import type { Activities } from '../../activities';
import { DATABASE } from '../shared/activityOptions';

const { expireReservation: expire } = proxyLocalActivities<Activities>({
  ...DATABASE,
  summary: 'End it if its time is over',
});

export interface ReservationInput {
  reservationId: string;
}

/**
 * Gives the units of a reservation back when its time is over. Started with a delay of that time; the clock of the database
 * decides, so a reservation that was extended meanwhile makes it wait again, and one that has ended makes it end.
 */
export async function expireReservation(input: ReservationInput): Promise<void> {
  const { reservationId } = input ?? {};
  if (typeof reservationId !== 'string')
    throw ApplicationFailure.nonRetryable('a reservation is made through the API', 'invalid_request');
  for (;;) {
    const left = await expire({ reservationId });
    if (left === null) return setCurrentDetails('It has ended: its units are free, or an order has them');
    setCurrentDetails(`It was extended; ${Math.ceil(left / 60_000)} minutes are left`);
    await sleep(left, { summary: 'Until it ends' });
  }
}
