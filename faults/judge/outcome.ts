/** What came of one scenario. */
export interface Outcome {
  id: string;
  title: string;
  seed: number;
  /** Acknowledged orders. */
  orders: number;
  /** What took effect at the providers meanwhile, by their own books. */
  effects: number;
  /** From the end of the faults until an order completed; null where none was left to. */
  firstMs: number | null;
  /** From the end of the faults until all were closed. */
  allMs: number | null;
  tookMs: number;
  notes: string[];
  breaches: string[];
  /** Orders that did not close in time. */
  stuck: string[];
  /** Why it was not run. */
  skipped?: string;
}

export const isGood = ({ breaches, stuck }: Pick<Outcome, 'breaches' | 'stuck'>): boolean =>
  breaches.length === 0 && stuck.length === 0;
