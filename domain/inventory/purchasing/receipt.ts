/** A line of a purchase order, as it stands. */
export interface OrderedLine {
  line: number;
  sku: string;
  quantity: number;
  /** With what may come on top. */
  receivable: number;
  received: number;
}

/** What a delivery brought for a line; one entry for each lot of it. */
export interface ReceivedUnits {
  line: number;
  quantity: number;
  lot?: string | undefined;
  /** ISO date. */
  expiresOn?: string | undefined;
}

export interface PlannedReceipt extends ReceivedUnits {
  sku: string;
  /** How many of the units had been expected; the others came on top. */
  expected: number;
}

/** What may come of a line in all: the tolerance is a percentage of what was ordered, and never rounded up. */
export const receivableUnits = (quantity: number, overReceiptPercent: number): number =>
  quantity + Math.floor((quantity * overReceiptPercent) / 100);

/** What is still to come of a line. */
export const openUnits = ({ quantity, received }: Pick<OrderedLine, 'quantity' | 'received'>): number =>
  Math.max(quantity - received, 0);

/**
 * Which of the units were expected, and the lines after them.
 * @returns a sentence instead where there is no such line, or more came than may be taken in.
 */
export function planReceipt(
  lines: readonly OrderedLine[],
  receipts: readonly ReceivedUnits[],
): { planned: PlannedReceipt[]; lines: OrderedLine[] } | { refused: string; index: number } {
  const after = new Map(lines.map((line) => [line.line, { ...line }]));
  const planned: PlannedReceipt[] = [];
  for (const [index, receipt] of receipts.entries()) {
    const line = after.get(receipt.line);
    if (line === undefined)
      return { refused: `there is no line ${receipt.line}; read the purchase order again`, index };
    if (line.received + receipt.quantity > line.receivable) return { refused: describeExcess(line, lines), index };
    planned.push({ ...receipt, sku: line.sku, expected: Math.min(receipt.quantity, openUnits(line)) });
    line.received += receipt.quantity;
  }
  return { planned, lines: [...after.values()] };
}

function describeExcess({ line, sku, quantity, receivable }: OrderedLine, lines: readonly OrderedLine[]): string {
  const received = lines.find((before) => before.line === line)?.received ?? 0;
  const most = receivable - received;
  return (
    `line ${line} (${sku}) takes ${most} more units: ${quantity} were ordered, ${receivable - quantity} may come on top, ` +
    `${received} have come; receive no more than that, and send the rest back or order it on another purchase order`
  );
}
