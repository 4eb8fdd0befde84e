import fc from 'fast-check';
import { isTimeZone, leavesAt } from '../../../domain/inventory/cutOff';

const leaves = (readyAt: string, at: string, timeZone: string): string =>
  new Date(leavesAt(Date.parse(readyAt), { at, timeZone })).toISOString().replace('.000Z', 'Z');

describe('what is ready', () => {
  it.each([
    ['before the cut-off leaves at once', '2026-03-10T12:59:59Z', '14:00', 'Europe/Berlin', '2026-03-10T12:59:59Z'],
    ['at the cut-off leaves on the next day', '2026-03-10T13:00:00Z', '14:00', 'Europe/Berlin', '2026-03-10T23:00:00Z'],
    [
      'is ready by the clock of the place, not UTC',
      '2026-03-10T23:30:00Z',
      '09:00',
      'Asia/Tokyo',
      '2026-03-10T23:30:00Z',
    ],
    ['leaves on the next day of the place', '2026-03-11T00:30:00Z', '09:00', 'Asia/Tokyo', '2026-03-11T15:00:00Z'],
    ['at the end of a year leaves in the next', '2026-12-31T23:30:00Z', '17:00', 'UTC', '2027-01-01T00:00:00Z'],
    ['at the end of February', '2028-02-28T20:00:00Z', '17:00', 'UTC', '2028-02-29T00:00:00Z'],
    [
      'at a cut-off at midnight leaves always on the next day',
      '2026-03-10T00:00:00Z',
      '00:00',
      'UTC',
      '2026-03-11T00:00:00Z',
    ],
    [
      'a quarter past, where clocks are off by 45 minutes',
      '2026-03-10T08:15:00Z',
      '14:00',
      'Asia/Kathmandu',
      '2026-03-10T18:15:00Z',
    ],
  ])('%s', (_what, readyAt, at, zone, expected) => {
    expect(leaves(readyAt, at, zone)).toBe(expected);
  });

  it.each([
    ['the day before summer begins', '2026-03-28T20:00:00Z', '14:00', 'Europe/Berlin', '2026-03-28T23:00:00Z'],
    [
      'the day on which summer begins, which has 23 hours',
      '2026-03-29T12:00:00Z',
      '14:00',
      'Europe/Berlin',
      '2026-03-29T22:00:00Z',
    ],
    ['the same hour in UTC a day before', '2026-03-28T12:00:00Z', '14:00', 'Europe/Berlin', '2026-03-28T12:00:00Z'],
    [
      'the day on which summer ends, which has 25 hours',
      '2026-10-25T13:00:00Z',
      '14:00',
      'Europe/Berlin',
      '2026-10-25T23:00:00Z',
    ],
    [
      'the hour before it, by the clock an hour later than in UTC',
      '2026-10-25T12:59:00Z',
      '14:00',
      'Europe/Berlin',
      '2026-10-25T12:59:00Z',
    ],
    [
      'the evening before a day that begins at one',
      '2026-04-23T18:00:00Z',
      '17:00',
      'Africa/Cairo',
      '2026-04-23T22:00:00Z',
    ],
    [
      'the evening before a midnight that comes twice',
      '2026-10-31T22:00:00Z',
      '17:00',
      'America/Havana',
      '2026-11-01T04:00:00Z',
    ],
  ])('around a change of the clocks: %s', (_what, readyAt, at, zone, expected) => {
    expect(leaves(readyAt, at, zone)).toBe(expected);
  });

  it('leaves at once where there is no cut-off', () => {
    expect(leavesAt(1_234, null)).toBe(1_234);
  });

  it('never leaves before it is ready, nor more than a long day later, and once ready then leaves at once', () => {
    const zones = [
      'Europe/Berlin',
      'America/New_York',
      'Australia/Lord_Howe',
      'Pacific/Kiritimati',
      'Africa/Cairo',
      'UTC',
    ];
    fc.assert(
      fc.property(
        fc.integer({ min: Date.UTC(2020, 0), max: Date.UTC(2035, 0) }),
        fc.constantFrom(...zones),
        fc.integer({ min: 1, max: 23 }),
        (readyAt, timeZone, hour) => {
          const cutOff = { at: `${String(hour).padStart(2, '0')}:00`, timeZone };
          const at = leavesAt(readyAt, cutOff);
          expect(at).toBeGreaterThanOrEqual(readyAt);
          expect(at - readyAt).toBeLessThanOrEqual(25 * 3_600_000);
          if (hour > 1) expect(leavesAt(at, cutOff)).toBe(at);
        },
      ),
    );
  });
});

describe('a time zone', () => {
  it.each([
    ['Europe/Berlin', true],
    ['UTC', true],
    ['Mars/Olympus', false],
    ['posix/Europe/Berlin', false],
  ])('%s: %s', (name, known) => {
    expect(isTimeZone(name)).toBe(known);
  });
});
