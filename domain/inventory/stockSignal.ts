export type StockState = 'ok' | 'low' | 'out';
export type StockEventType = 'stock.low' | 'stock.out' | 'stock.back';

export interface Thresholds {
  /** The item is low at so many available units and fewer. */
  lowUnits: number;
  /** Once low or out, it is back at so many and more. Above `lowUnits`: what moves between the two is not worth a word. */
  backUnits: number;
}

/** Where no rule says anything: out at none, and back with the first one. */
export const DEFAULT_THRESHOLDS: Thresholds = { lowUnits: 0, backUnits: 1 };

/**
 * What is to be told about an item that has so many units available, after what was told before (null: nothing yet, which counts
 * as ok). Only a crossing is told, and one way and back are at different heights.
 */
export function nextSignal(
  before: StockState | null,
  available: number,
  { lowUnits, backUnits }: Thresholds,
): { state: StockState; event: StockEventType | null } {
  const state = before ?? 'ok';
  if (available <= 0) return { state: 'out', event: state === 'out' ? null : 'stock.out' };
  if (state === 'ok') return available <= lowUnits ? { state: 'low', event: 'stock.low' } : { state, event: null };
  return available >= backUnits ? { state: 'ok', event: 'stock.back' } : { state, event: null };
}
