import { currencyExponent, isCurrency } from '../../domain/currencies';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The codes as they stand in the source: a map built from them could not show a duplicate. */
const written = (): string[] => {
  const source = readFileSync(join(__dirname, '../../domain/currencies.ts'), 'utf8');
  return source.match(/\b[A-Z]{3}\b(?=[ '])/g)?.filter((code) => code !== 'ISO') ?? [];
};

describe('the table of currencies', () => {
  test('holds each code once, with 0, 2, 3 or 4 decimals', () => {
    const codes = written();
    expect(codes.length).toBeGreaterThan(150);
    expect(codes.filter((code, index) => codes.indexOf(code) !== index)).toEqual([]);
    expect(codes.filter((code) => ![0, 2, 3, 4].includes(currencyExponent(code)))).toEqual([]);
  });

  test.each([
    ['JPY', 0],
    ['KRW', 0],
    ['CLP', 0],
    ['ISK', 0],
    ['XOF', 0],
    ['EUR', 2],
    ['USD', 2],
    ['GBP', 2],
    ['CHF', 2],
    ['KWD', 3],
    ['BHD', 3],
    ['TND', 3],
    ['CLF', 4],
    ['UYW', 4],
  ])('gives %s the %p decimals of ISO 4217', (code, exponent) => {
    expect(currencyExponent(code)).toBe(exponent);
  });

  test.each([
    ['HUF', 2],
    ['IDR', 2],
    ['COP', 2],
    ['IQD', 3],
  ])('gives %s the %p decimals of ISO 4217, where Intl has its own opinion', (code, exponent) => {
    expect(currencyExponent(code)).toBe(exponent);
    const shown = new Intl.NumberFormat('en', { style: 'currency', currency: code }).resolvedOptions();
    expect(shown.maximumFractionDigits).not.toBe(exponent);
  });

  test.each([['eur'], ['XXX'], ['XTS'], ['DEM'], [''], ['EU'], ['EURO'], ['__proto__'], ['constructor'], ['EUR ']])(
    'does not know %p',
    (code) => {
      expect(isCurrency(code)).toBe(false);
      expect(() => currencyExponent(code)).toThrow(`${code} is not an ISO 4217 currency`);
    },
  );
});
