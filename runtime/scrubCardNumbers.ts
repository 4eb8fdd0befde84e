const REPLACEMENT = '[card number removed]';

/** Uuids and long hex words are matched first, so that their digits are never read as a card number. */
const CANDIDATE = /[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|[0-9a-f]{20,}|\d(?:[ -]?\d){12,}/gi;

/** Replaces whatever could be a payment card's number: 13 to 19 digits, spaces or dashes between them, valid by Luhn. */
export function scrubCardNumbers(text: string): string {
  return text.replace(CANDIDATE, (run) => (/^[\d -]+$/.test(run) ? scrubRun(run) : run));
}

/** "order 12 4111 1111 1111 1111" is one run of digits: every stretch of its groups is tried, the longest first. */
function scrubRun(run: string): string {
  const groups = [...run.matchAll(/\d+/g)];
  for (let size = groups.length; size > 0; size -= 1) {
    for (let first = 0; first + size <= groups.length; first += 1) {
      const stretch = groups.slice(first, first + size);
      if (!isCardNumber(stretch.map(([digits]) => digits).join(''))) continue;
      const last = stretch[size - 1];
      const end = (last?.index ?? 0) + (last?.[0].length ?? 0);
      return run.slice(0, stretch[0]?.index) + REPLACEMENT + scrubRun(run.slice(end));
    }
  }
  return run;
}

/** Issuers use 2 to 6 as first digit; so a time in epoch milliseconds, which starts with 1, is never taken for a card. */
function isCardNumber(digits: string): boolean {
  return /^[2-6]\d{12,18}$/.test(digits) && luhnSum(digits) % 10 === 0;
}

function luhnSum(digits: string): number {
  let sum = 0;
  for (let place = 0; place < digits.length; place += 1) {
    const digit = Number(digits[digits.length - 1 - place]);
    const doubled = place % 2 === 1 ? digit * 2 : digit;
    sum += doubled > 9 ? doubled - 9 : doubled;
  }
  return sum;
}
