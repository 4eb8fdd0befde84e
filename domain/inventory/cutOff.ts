/** Until when a location sends on the same day what is ready: a time of day, `HH:MM` with or without seconds, by its own clock. */
export interface CutOff {
  at: string;
  timeZone: string;
}

/**
 * When what is ready at an instant (milliseconds since 1970) can leave: at once before the cut-off of that day, else from the beginning
 * of the next day of the location's own calendar. The clock on its wall decides, also on days on which it is put forward or back.
 */
export function leavesAt(readyAt: number, cutOff: CutOff | null): number {
  if (cutOff === null) return readyAt;
  const { date, time } = wallClock(readyAt, cutOff.timeZone);
  return time < cutOff.at.padEnd(8, ':00') ? readyAt : startOfDay(dayAfter(date), cutOff.timeZone);
}

/** Whether times of day can be told there: `Europe/Berlin`, `UTC`. */
export function isTimeZone(name: string): boolean {
  try {
    wallClock(0, name);
    return true;
  } catch {
    return false;
  }
}

const DAY = 86_400_000;
const clocks = new Map<string, Intl.DateTimeFormat>();

/** What calendar and clock show there: an ISO date and `HH:MM:SS`. */
function wallClock(at: number, timeZone: string): { date: string; time: string } {
  let clock = clocks.get(timeZone);
  if (clock === undefined) {
    const two = '2-digit';
    const parts = { year: 'numeric', month: two, day: two, hour: two, minute: two, second: two } as const;
    clock = new Intl.DateTimeFormat('en-US', { ...parts, timeZone, hourCycle: 'h23' });
    clocks.set(timeZone, clock);
  }
  const shown = new Map(clock.formatToParts(at).map(({ type, value }) => [type, value]));
  const of = (type: Intl.DateTimeFormatPartTypes): string => shown.get(type) ?? '';
  return {
    date: `${of('year').padStart(4, '0')}-${of('month')}-${of('day')}`,
    time: `${of('hour')}:${of('minute')}:${of('second')}`,
  };
}

const dayAfter = (date: string): string => new Date(Date.parse(date) + DAY).toISOString().slice(0, 10);

/**
 * The first instant of a day there: midnight, or what the clock jumps to at midnight. Midnight is tried with the offsets from UTC that
 * hold around it; the earliest instant that shows the day is its first.
 */
function startOfDay(date: string, timeZone: string): number {
  const midnight = Date.parse(date);
  const offsetAt = (at: number): number => {
    const shown = wallClock(at, timeZone);
    return Date.parse(`${shown.date}T${shown.time}Z`) - at;
  };
  const starts = [midnight - DAY, midnight, midnight + DAY]
    .map((at) => midnight - offsetAt(at))
    .filter((at) => wallClock(at, timeZone).date === date);
  return Math.min(...starts);
}
