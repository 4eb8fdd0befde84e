const UNITS = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;

/** `24h` in milliseconds. The settings are checked to be of this form before. */
export function parseDuration(text: string): number {
  const [, count, unit] = /^(\d+)(ms|s|m|h|d)$/.exec(text) ?? [];
  if (count === undefined || unit === undefined) throw new RangeError(`${text} is no duration such as 30m or 24h`);
  return Number(count) * UNITS[unit as keyof typeof UNITS];
}
