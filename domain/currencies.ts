/**
 * ISO 4217: how many decimals a currency's minor unit has. Kept here and never asked of Intl, whose display digits differ
 * from ISO for more than a dozen live currencies (HUF, IDR, COP, …).
 */
const TWO_DECIMALS =
  'AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BGN BMD BND BOB BRL BSD BTN BWP BYN BZD CAD CDF CHF CNY COP CRC CUP CVE CZK ' +
  'DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GTQ GYD HKD HNL HTG HUF IDR ILS INR IRR JMD KES KGS KHR KPW KYD KZT ' +
  'LAK LBP LKR LRD LSL MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD PAB PEN PGK PHP PKR PLN ' +
  'QAR RON RSD RUB SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TOP TRY TTD TWD TZS UAH USD UYU UZS ' +
  'VED VES WST XCD XCG YER ZAR ZMW ZWG';
const NO_DECIMALS = 'BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX VND VUV XAF XOF XPF';
const THREE_DECIMALS = 'BHD IQD JOD KWD LYD OMR TND';
const FOUR_DECIMALS = 'CLF UYW';

const table = (codes: string, exponent: number) => codes.split(' ').map((code) => [code, exponent] as const);

const EXPONENTS: ReadonlyMap<string, number> = new Map([
  ...table(TWO_DECIMALS, 2),
  ...table(NO_DECIMALS, 0),
  ...table(THREE_DECIMALS, 3),
  ...table(FOUR_DECIMALS, 4),
]);

export const isCurrency = (code: string): boolean => EXPONENTS.has(code);

/** @throws {RangeError} when the code is not in the ISO 4217 table. */
export function currencyExponent(code: string): number {
  const exponent = EXPONENTS.get(code);
  if (exponent === undefined) throw new RangeError(`${code} is not an ISO 4217 currency`);
  return exponent;
}
