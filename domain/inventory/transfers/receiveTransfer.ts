export const TRANSFER_STATUSES = [
  'draft',
  'shipped',
  'partly_received',
  'received',
  'received_short',
  'cancelled',
] as const;
export type TransferStatus = (typeof TRANSFER_STATUSES)[number];

/** Units of one line, and of one lot where there are lots, that were sent. */
export interface SentUnits {
  number: number;
  lot: string | null;
  shipped: number;
  received: number;
  short: number;
}

/** What came of a line. Without a lot: of the only one that is still under way. */
export interface ReceivedUnits {
  number: number;
  lot?: string | undefined;
  received: number;
}

export type Receipt<S extends SentUnits> =
  | { fault: string }
  | { fault: null; status: TransferStatus; arrived: (S & { units: number })[]; missing: (S & { units: number })[] };

/**
 * What a receipt does to a transfer: which units arrived, and, where it is the last one (`isLast`), which are missing for good.
 * `fault`: why it can't be one, in words.
 */
export function receiveTransfer<S extends SentUnits>(
  sent: readonly S[],
  receipt: { lines: readonly ReceivedUnits[]; isLast: boolean },
): Receipt<S> {
  const arrived = new Map<S, number>();
  const leftOf = (units: S): number => units.shipped - units.received - units.short - (arrived.get(units) ?? 0);
  for (const { number, lot, received } of receipt.lines) {
    if (received === 0) continue;
    const open = sent.filter((units) => units.number === number && leftOf(units) > 0);
    const named = lot === undefined ? open : open.filter((units) => units.lot === lot);
    const target = named[0];
    if (target === undefined)
      return { fault: `nothing of line ${number}${lot === undefined ? '' : `, lot ${lot},`} is under way` };
    if (named.length > 1) return { fault: `line ${number} has several lots under way: say which \`lot\` has come` };
    if (leftOf(target) < received)
      return {
        fault: `${leftOf(target)} units of line ${number} are under way, not ${received}; adjust what came beyond that`,
      };
    arrived.set(target, (arrived.get(target) ?? 0) + received);
  }
  const left = sent.flatMap((units) => (leftOf(units) > 0 ? [{ ...units, units: leftOf(units) }] : []));
  const missing = receipt.isLast ? left : [];
  const isShort = missing.length > 0;
  return {
    fault: null,
    status: isShort ? 'received_short' : left.length > 0 ? 'partly_received' : 'received',
    arrived: [...arrived].map(([units, count]) => ({ ...units, units: count })),
    missing,
  };
}
