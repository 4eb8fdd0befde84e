import fc from 'fast-check';
import { isMilestone, isNews, TRACKING_STATUSES, type TrackingStatus } from '../../domain/shipments';

const status = fc.constantFrom(...TRACKING_STATUSES);
const reports = fc.array(status, { maxLength: 20 });
const rank = (known: TrackingStatus) => TRACKING_STATUSES.indexOf(known);
const listen = (told: readonly TrackingStatus[], from: TrackingStatus = 'booked'): TrackingStatus =>
  told.reduce((known, reported) => (isNews(known, reported) ? reported : known), from);

describe('reports of a carrier', () => {
  test('never lead a parcel back, in whatever order they come', () => {
    fc.assert(
      fc.property(status, reports, (from, told) => {
        let known = from;
        for (const reported of told) {
          const next = listen([reported], known);
          expect(rank(next)).toBeGreaterThanOrEqual(rank(known));
          known = next;
        }
      }),
    );
  });

  test('end at the same place in whatever order they come', () => {
    fc.assert(
      fc.property(
        reports.chain((told) => fc.tuple(fc.constant(told), fc.shuffledSubarray(told, { minLength: told.length }))),
        ([told, shuffled]) => {
          expect(listen(shuffled)).toBe(listen(told));
        },
      ),
    );
  });

  test('are no news the second time', () => {
    fc.assert(
      fc.property(reports, (told) => {
        const known = listen(told);
        for (const reported of told) expect(isNews(known, reported)).toBe(false);
      }),
    );
  });

  test('are no news about a parcel that was called off', () => {
    for (const reported of TRACKING_STATUSES) expect(isNews('cancelled', reported)).toBe(false);
  });

  test('move money and stock only when the parcel is taken and when it arrives', () => {
    expect(TRACKING_STATUSES.filter(isMilestone)).toEqual(['picked_up', 'delivered']);
  });
});
