/** Runs of digits to look at. Uuids and long hex words are matched first, so that their digits are never read as a card number. */
export const CARD_CANDIDATE = /[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|[0-9a-f]{20,}|\d(?:[ -]?\d){12,}/gi;

/** A match of the above that is made of digits, spaces and dashes alone. */
export const isDigitRun = (match: string): boolean => /^[\d -]+$/.test(match);

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

/** A number that an issuer may have given out: strict, for refusing what somebody sends. */
export const isIssuedCard = (digits: string): boolean =>
  ISSUED.some((pattern) => pattern.test(digits)) && passesLuhn(digits);

/**
 * A number that could be a card's: lenient, for taking it out of logs. Issuers use 2 to 6 as first digit; so a time in epoch
 * milliseconds, which starts with 1, is never taken for one.
 */
export const couldBeCard = (digits: string): boolean => /^[2-6]\d{12,18}$/.test(digits) && passesLuhn(digits);

/** ISO/IEC 7812-1, annex B. */
function passesLuhn(digits: string): boolean {
  let sum = 0;
  for (let place = 0; place < digits.length; place += 1) {
    const digit = Number(digits[digits.length - 1 - place]);
    const doubled = place % 2 === 1 ? digit * 2 : digit;
    sum += doubled > 9 ? doubled - 9 : doubled;
  }
  return sum % 10 === 0;
}
