import { SERVICES, type RatesBody, type Service } from './schema';

const BASE: Record<Service, { amount: number; days: number }> = {
  economy: { amount: 349, days: 5 },
  standard: { amount: 499, days: 3 },
  express: { amount: 1299, days: 1 },
};
const PER_ITEM = 20;

export interface Rate {
  service: Service;
  amount: number;
  currency: string;
  estimatedDays: number;
}

/** The tariff: a base a service, a little for each further item, and double the price and time across a border. */
export function quoteRates({ from, to, parcel }: RatesBody): Rate[] {
  const items = parcel.items.reduce((sum, { quantity }) => sum + quantity, 0);
  const factor = from.country === to.country ? 1 : 2;
  return SERVICES.map((service) => ({
    service,
    amount: (BASE[service].amount + PER_ITEM * (items - 1)) * factor,
    currency: 'EUR',
    estimatedDays: BASE[service].days * factor,
  }));
}
