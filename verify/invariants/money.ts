import { findMoneyFaults, type MoneyFault } from '../../db/verify/findMoneyFaults';
import { formatMoney } from '../../domain/money';
import type { Invariant } from '../invariant';

export const money: Invariant = {
  name: 'money',
  title: 'What was taken is what was shipped, never more than authorised; closed orders hold no authorisation',
  stopsOrder: true,
  async check({ database }) {
    const { checked, found } = await findMoneyFaults(database);
    return {
      checked,
      breaches: found.map((fault) => ({ id: fault.orderId, orderId: fault.orderId, what: tell(fault) })),
    };
  },
};

function tell({ status, currency, authorised, voided, captured, refunded, value, overdrawn }: MoneyFault): string {
  const amount = (minor: number) => formatMoney(minor, currency);
  return (
    `${status}, shipped ${amount(value)}: authorised ${amount(authorised)}, voided ${amount(voided)}, ` +
    `captured ${amount(captured)}, refunded ${amount(refunded)}${overdrawn ? '; one payment took more than it had' : ''}`
  );
}
