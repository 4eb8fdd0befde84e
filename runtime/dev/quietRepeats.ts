const QUIET_MS = 10_000;

/** Passes a line on unless the same was passed on a moment ago: an outage says the same thing many times a second. */
export function quietRepeats(say: (line: string) => void): (line: string) => void {
  const lastSaid = new Map<string, number>();
  return (line) => {
    const now = Date.now();
    if (now - (lastSaid.get(line) ?? 0) < QUIET_MS) return;
    if (lastSaid.size > 200) lastSaid.clear();
    lastSaid.set(line, now);
    say(line);
  };
}
