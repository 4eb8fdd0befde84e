type Provider = 'payments' | 'carrier';
type Effect = 'authorise' | 'capture' | 'void' | 'refund' | 'book_shipment' | 'cancel_shipment';

/** One thing that really happened outside. A declined card, a refusal or a repeat is not in the ledger. */
interface LedgerEntry {
  /** Rises by one with each effect, whichever provider it is of, over restarts too. */
  sequence: number;
  at: string;
  provider: Provider;
  effect: Effect;
  orderId: string;
  key: string;
  /** Null for the carrier. */
  amount: number | null;
  currency: string | null;
  outcome: 'succeeded';
  /** The provider's own id of what was made: the authorisation, capture, void, refund or shipment. */
  reference: string;
}

interface LedgerFilter {
  orderId?: string | undefined;
  effect?: string | undefined;
  /** Only entries of a higher sequence. */
  after?: number | undefined;
  limit?: number | undefined;
}

export interface Ledger {
  nextSequence(): number;
  add(entry: LedgerEntry): void;
  list(filter: LedgerFilter): LedgerEntry[];
}

/**
 * What took effect, of all providers, in the order in which it did. The files of the providers are the record; this is
 * their union in memory: some 300 bytes an effect, so a run of 100,000 orders wants about 150 MB.
 */
export function createLedger(): Ledger {
  const all: LedgerEntry[] = [];
  const byOrder = new Map<string, LedgerEntry[]>();
  let last = 0;
  let sorted = true;

  return {
    nextSequence: () => last + 1,
    add(entry) {
      // Files are replayed one after the other at start, so older entries can come later.
      if (entry.sequence < last) sorted = false;
      last = Math.max(last, entry.sequence);
      all.push(entry);
      const ofOrder = byOrder.get(entry.orderId);
      if (ofOrder) ofOrder.push(entry);
      else byOrder.set(entry.orderId, [entry]);
    },
    list({ orderId, effect, after = 0, limit = Infinity }) {
      if (!sorted) {
        for (const entries of [all, ...byOrder.values()]) entries.sort((a, b) => a.sequence - b.sequence);
        sorted = true;
      }
      const found: LedgerEntry[] = [];
      for (const entry of orderId === undefined ? all : (byOrder.get(orderId) ?? [])) {
        if (found.length >= limit) break;
        if (entry.sequence > after && (effect === undefined || entry.effect === effect)) found.push(entry);
      }
      return found;
    },
  };
}
