import type { OutsideLevel } from '../../domain/inventory/outsideLevel';
import type { StockEventType } from '../../domain/inventory/stockSignal';

export interface LevelPage {
  levels: OutsideLevel[];
  /** Null: it was the last page. */
  nextCursor: string | null;
}

/**
 * An outside system that knows what is on hand: a warehouse's, an ERP.
 * @throws {ProviderUnavailable} ask again for the same page.
 * @throws {ProviderRejected} it does not give it: a wrong key, a cursor that it does not know any more.
 */
export interface StockSource {
  readonly name: string;
  /** `cursor`: null for the first page. */
  readLevels(cursor: string | null): Promise<LevelPage>;
}

export interface StockEvent {
  /** The same on every repeat. */
  id: string;
  type: StockEventType;
  sku: string;
  channel: string;
  /** Units that the channel could sell when it was noted. */
  available: number;
  /** ISO 8601, UTC. */
  at: string;
}

/**
 * An outside system that wants to know what can be sold: a marketplace, a shop.
 * @throws {ProviderUnavailable} it may have taken the event; send it again, with the same id.
 * @throws {ProviderRejected} it did not take it.
 */
export interface StockSink {
  readonly name: string;
  send(event: StockEvent): Promise<void>;
}
