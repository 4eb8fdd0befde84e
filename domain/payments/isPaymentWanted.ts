import { foldPayments, type PaymentEvent } from './fold';

/**
 * Whether only another payment can pay the order: the newest one was declined, be it when it was authorised or when it was to
 * be captured, or was given back. While one is being tried, none is wanted.
 */
export function isPaymentWanted(events: readonly Pick<PaymentEvent, 'effect' | 'state' | 'key' | 'amount'>[]): boolean {
  const newest = events.findLast(({ effect }) => effect === 'authorise' || effect === 'capture');
  if (newest === undefined || newest.state === 'requested') return false;
  const { authorised, voided } = foldPayments(events);
  return newest.state === 'declined' || (voided > 0 && voided >= authorised);
}
