import { CARD_CANDIDATE, couldBeCard, isDigitRun } from '../domain/cardNumbers';

const REPLACEMENT = '[card number removed]';

/** Replaces whatever could be a payment card's number: 13 to 19 digits, spaces or dashes between them, valid by Luhn. */
export function scrubCardNumbers(text: string): string {
  return text.replace(CARD_CANDIDATE, (run) => (isDigitRun(run) ? scrubRun(run) : run));
}

/** "order 12 4111 1111 1111 1111" is one run of digits: every stretch of its groups is tried, the longest first. */
function scrubRun(run: string): string {
  const groups = [...run.matchAll(/\d+/g)];
  for (let size = groups.length; size > 0; size -= 1) {
    for (let first = 0; first + size <= groups.length; first += 1) {
      const stretch = groups.slice(first, first + size);
      if (!couldBeCard(stretch.map(([digits]) => digits).join(''))) continue;
      const last = stretch[size - 1];
      const end = (last?.index ?? 0) + (last?.[0].length ?? 0);
      return run.slice(0, stretch[0]?.index) + REPLACEMENT + scrubRun(run.slice(end));
    }
  }
  return run;
}
