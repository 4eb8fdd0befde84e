import { GAP } from './gap';
import type { OrderSnapshot } from '../../domain/orders/snapshot';

const words = (name: string): string => name.replaceAll('_', ' ');

/** Markdown for the workflow's page in the Temporal UI: where the order is, what it waits for, and what can be done. */
export function describeOrder(order: OrderSnapshot): string {
  const { waitingFor: wait } = order;
  const rows = [
    ['Status', `**${words(order.status)}**`],
    ['Payment', words(order.paymentStatus)],
    ['Fulfilment', words(order.fulfilmentStatus)],
    ...(order.statusReason === null ? [] : [['Reason', order.statusReason]]),
    [
      'Waits for',
      wait === null
        ? 'nothing, it is closed'
        : `${words(wait.what)} (${wait.owner}${wait.until ? `, until ${wait.until}` : ''})`,
    ],
    ...(order.holds.length === 0
      ? []
      : [['Holds', order.holds.map((hold) => `\`${hold.id}\` ${words(hold.type)}`).join(', ')]]),
    ...((order.backordered ?? 0) === 0 ? [] : [['Missing', `${order.backordered} units`]]),
    ...(order.attention === null ? [] : [['Needs attention', order.attention]]),
    ['Possible now', order.allowedActions.join(', ') || 'nothing more'],
  ];
  const cell = (text: string | undefined) => (text ?? '').replace(/[|\r\n]+/g, ' ');
  return ['| | |', '|---|---|', ...rows.map(([name, value]) => `| ${cell(name)}${GAP} | ${cell(value)} |`)].join('\n');
}
