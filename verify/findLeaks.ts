import type { PersonalData } from '../db/verify/readPersonalData';
import { scrubCardNumbers } from '../runtime/scrubCardNumbers';

const API_KEY = /\boms_[a-z]+_[0-9a-f]{16,}/;
/** Anything shorter is likely to stand in a text by chance: a name of three letters, a house number. */
const SHORTEST = 4;

/** What stands in the text and must not: its kinds, never the values. */
export function findSecrets(text: string, secrets: readonly string[]): string[] {
  const leaks: string[] = [];
  if (scrubCardNumbers(text) !== text) leaks.push('a card number');
  if (API_KEY.test(text)) leaks.push('an API key');
  if (secrets.some((secret) => text.includes(secret))) leaks.push('a configured secret');
  return leaks;
}

/** Which of the customer's data stand in the text, by their kinds. */
export function findPersonalData(text: string, of: PersonalData): string[] {
  const fields: [kind: string, value: string | null][] = [
    ['the email address', of.email],
    ['the name', of.name],
    ['the name', of.recipient],
    ['the phone number', of.phone],
    ['the address', of.line1],
    ['the address', of.line2],
    ...of.tokens.map((token): [string, string] => ['a payment token', token]),
  ];
  const leaks = fields.filter(([, value]) => value !== null && value.length >= SHORTEST && holds(text, value));
  return [...new Set(leaks.map(([kind]) => kind))];
}

const LETTER_OR_DIGIT = /[\p{L}\p{N}]/u;

/** As a word of its own: `Ada` is not in `adapter`. Texts inside JSON have their quotes and backslashes escaped. */
function holds(text: string, value: string): boolean {
  const escaped = JSON.stringify(value).slice(1, -1);
  return [value, ...(escaped === value ? [] : [escaped])].some((form) => {
    for (let at = text.indexOf(form); at >= 0; at = text.indexOf(form, at + 1)) {
      const before = text[at - 1] ?? '';
      const after = text[at + form.length] ?? '';
      if (!LETTER_OR_DIGIT.test(before) && !LETTER_OR_DIGIT.test(after)) return true;
    }
    return false;
  });
}
