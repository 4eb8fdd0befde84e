/** One thing that took effect at a provider, by the provider's own books. */
export interface LedgerEntry {
  sequence: number;
  effect: string;
  orderId: string;
  key: string;
  amount: number | null;
  reference: string;
}
