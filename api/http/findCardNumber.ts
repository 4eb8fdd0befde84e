/** Uuids and long hex words are matched first, so that their digits are never read as a card number. */
const CANDIDATE = /[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|[0-9a-f]{20,}|\d(?:[ -]?\d){12,}/gi;

/**
 * Numbers that issuers give out, by their first digits and their length. Marketplaces number their orders with as many
 * digits; without this check every tenth of those would be refused.
 */
const ISSUED = [
  /^4(?:\d{12}|\d{15}|\d{18})$/,
  /^(?:5[1-5]\d{2}|222[1-9]|22[3-9]\d|2[3-6]\d{2}|27[01]\d|2720)\d{12}$/,
  /^3[47]\d{13}$/,
  /^(?:6011|64[4-9]\d|65\d{2})\d{12}(?:\d{3})?$/,
  /^35(?:2[89]|[3-8]\d)\d{12}(?:\d{3})?$/,
  /^3(?:0[0-5]|[689]\d)\d{11}(?:\d{2})?$/,
  /^(?:62|50|5[6-8]|6[37])\d{14}(?:\d{3})?$/,
];

/** Whether a text holds what looks like the number of a payment card, with or without spaces and dashes. */
export function findCardNumber(text: string): boolean {
  if (text.length < 13) return false;
  return [...text.matchAll(CANDIDATE)].some(([run]) => /^[\d -]+$/.test(run) && holdsCard(run.match(/\d+/g) ?? []));
}

/** "Order 12 4111 1111 1111 1111" is one run of digits: every stretch of its groups is looked at. */
function holdsCard(groups: readonly string[]): boolean {
  for (let first = 0; first < groups.length; first += 1) {
    let digits = '';
    for (let last = first; last < groups.length && digits.length < 19; last += 1) {
      digits += groups[last] ?? '';
      if (ISSUED.some((pattern) => pattern.test(digits)) && luhnSum(digits) % 10 === 0) return true;
    }
  }
  return false;
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
