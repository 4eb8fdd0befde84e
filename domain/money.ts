import { currencyExponent } from './currencies';

// Amounts everywhere are integer minor units of an ISO 4217 currency: 1999 EUR is 19.99 €, 1999 JPY is 1999 ¥.

/** The largest amount accepted anywhere, in minor units: sums of 500 lines of it stay exact in a JavaScript number. */
export const MAX_AMOUNT = 1_000_000_000_000;

/** @throws {RangeError} when an amount or the sum is not an exact integer. */
export function sum(amounts: readonly number[]): number {
  let total = 0;
  for (const amount of amounts) {
    total += amount;
    if (!Number.isSafeInteger(amount) || !Number.isSafeInteger(total))
      throw new RangeError(`${total} is not an exact amount`);
  }
  return total;
}

/**
 * Splits an amount in proportion to the weights; the parts add up to the amount exactly. Largest remainder method; equal
 * remainders go to the earlier part. All weights zero counts as all equal.
 * @throws {RangeError} without weights, or with a negative or fractional one.
 */
export function split(amount: number, weights: readonly number[]): number[] {
  if (weights.length === 0) throw new RangeError('an amount needs at least one part to be split into');
  if (weights.some((weight) => !Number.isSafeInteger(weight) || weight < 0))
    throw new RangeError('weights are integers from 0 on');
  const given = weights.some((weight) => weight > 0) ? weights : weights.map(() => 1);
  const whole = given.reduce((total, weight) => total + BigInt(weight), 0n);
  const size = BigInt(Math.abs(amount));
  const parts = given.map((weight) => (size * BigInt(weight)) / whole);
  const remainders = given.map((weight, index) => ({ index, left: (size * BigInt(weight)) % whole }));
  let missing = Number(size - parts.reduce((total, part) => total + part, 0n));
  remainders.sort((a, b) => (a.left === b.left ? a.index - b.index : a.left > b.left ? -1 : 1));
  for (const { index } of remainders) {
    if (missing === 0) break;
    parts[index] = (parts[index] ?? 0n) + 1n;
    missing -= 1;
  }
  return parts.map((part) => Number(part) * Math.sign(amount) || 0);
}

/** `19.99 EUR`, the way every text for people in this system shows money. */
export function formatMoney(amount: number, currency: string): string {
  const exponent = currencyExponent(currency);
  const digits = String(Math.abs(amount)).padStart(exponent + 1, '0');
  const cut = digits.length - exponent;
  const decimals = exponent > 0 ? `.${digits.slice(cut)}` : '';
  return `${amount < 0 ? '-' : ''}${digits.slice(0, cut)}${decimals} ${currency}`;
}
