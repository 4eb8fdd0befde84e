import { CARD_CANDIDATE, isDigitRun, isIssuedCard } from '../../domain/cardNumbers';

/** Whether a text holds what looks like the number of a payment card, with or without spaces and dashes. */
export function findCardNumber(text: string): boolean {
  if (text.length < 13) return false;
  return [...text.matchAll(CARD_CANDIDATE)].some(([run]) => isDigitRun(run) && holdsCard(run.match(/\d+/g) ?? []));
}

/** "Order 12 4111 1111 1111 1111" is one run of digits: every stretch of its groups is looked at. */
function holdsCard(groups: readonly string[]): boolean {
  for (let first = 0; first < groups.length; first += 1) {
    let digits = '';
    for (let last = first; last < groups.length && digits.length < 19; last += 1) {
      digits += groups[last] ?? '';
      if (isIssuedCard(digits)) return true;
    }
  }
  return false;
}
