import type { WorkflowStartOptions } from '@temporalio/client';
import { orderWorkflowId } from '../../domain/ids';
import { formatMoney } from '../../domain/money';
import { searchAttributes } from '../shared/searchAttributes';
import { GAP } from './gap';
import type { ProcessOrderInput, ProviderQueues } from './messages';
import type { processOrder } from './processOrder';

/** What the start of an order's workflow is made from; the same whether the API starts it or, later, the relay. */
export interface OrderToStart extends Omit<ProcessOrderInput, 'lines' | 'queues'> {
  lines: { sku: string; quantity: number; unitPrice: number }[];
  requestId: string;
  /** Stands for the customer without telling who it is. */
  customerRef: string;
}

const MAX_LINES_SHOWN = 50;

/** One order, one workflow id: a second start of it changes nothing while it runs, and is refused once it has run. */
export function buildStartOptions(
  order: OrderToStart,
  { taskQueue, queues = {} }: { taskQueue: string; queues?: ProviderQueues },
): WorkflowStartOptions<typeof processOrder> {
  const { orderId, channel, reference, currency, grandTotal, policy } = order;
  const lines = order.lines.map(({ sku, quantity }) => ({ sku, quantity }));
  const units = lines.reduce((total, line) => total + line.quantity, 0);
  return {
    workflowId: orderWorkflowId(orderId),
    taskQueue,
    workflowIdReusePolicy: 'REJECT_DUPLICATE',
    workflowIdConflictPolicy: 'USE_EXISTING',
    args: [
      {
        ...{ orderId, channel, reference, currency, grandTotal, lines, policy },
        ...(Object.keys(queues).length > 0 && { queues }),
      },
    ],
    // All steps of the order inherit it: no channel's backlog keeps the orders of another waiting.
    priority: { fairnessKey: channel },
    staticSummary: `${channel} · ${units} ${units === 1 ? 'unit' : 'units'} · ${formatMoney(grandTotal, currency)}`,
    staticDetails: describeLines(order),
    memo: { requestId: order.requestId },
    typedSearchAttributes: [
      { key: searchAttributes.orderStatus, value: 'received' },
      { key: searchAttributes.channel, value: channel },
      { key: searchAttributes.reference, value: reference },
      { key: searchAttributes.customerRef, value: order.customerRef },
      { key: searchAttributes.paymentStatus, value: 'pending' },
      { key: searchAttributes.currency, value: currency },
      { key: searchAttributes.totalMinor, value: grandTotal },
      { key: searchAttributes.needsAttention, value: false },
    ],
  };
}

/** A Markdown table for the Temporal UI; no personal data. */
function describeLines({ lines, currency, reference, grandTotal }: OrderToStart): string {
  const rows = lines
    .slice(0, MAX_LINES_SHOWN)
    .map(
      ({ sku, quantity, unitPrice }) => `| ${sku}${GAP} | ${quantity}${GAP} | ${formatMoney(unitPrice, currency)} |`,
    );
  const more = lines.length > MAX_LINES_SHOWN ? [`| … and ${lines.length - MAX_LINES_SHOWN} more lines | | |`] : [];
  const table = [`| SKU | Quantity${GAP} | Unit price |`, '|---|--:|--:|', ...rows, ...more].join('\n');
  return `Order **${reference.replace(/[|*_`[\]<>\\]/g, ' ')}**, ${formatMoney(grandTotal, currency)} in all\n\n${table}`;
}
