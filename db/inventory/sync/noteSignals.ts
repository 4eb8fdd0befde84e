import { unitsAt } from '../../../domain/inventory/promise';
import {
  DEFAULT_THRESHOLDS,
  nextSignal,
  type StockEventType,
  type StockState,
} from '../../../domain/inventory/stockSignal';
import { newId } from '../../../runtime/newId';
import type { Database } from '../../connection';
import { prepared, type Transaction } from '../../prepared';
import { inTransaction } from '../../transaction';
import { readSupply } from '../readSupply';

/** Channels that sell, or that there is a rule for. */
export async function listSellingChannels(database: Database): Promise<string[]> {
  const { rows } = await prepared<{ rows: { channel: string }[] }>(
    database,
    `SELECT channel FROM api_keys WHERE role = 'channel' AND revoked_at IS NULL
     UNION SELECT channel FROM channel_stock_rules ORDER BY channel`,
  );
  return rows.map(({ channel }) => channel);
}

interface WatchedItem {
  sku: string;
  /** What one unit takes: of an item that is no kit, null. */
  components: { sku: string; quantity: number }[] | null;
  state: StockState | null;
}

interface Crossing {
  id: string;
  sku: string;
  state: StockState;
  type: StockEventType;
  available: number;
}

/**
 * Looks at one page of items and notes, for the channel, which of them have become low, out or back since they were looked at
 * last: the new state and the event to be delivered, in one transaction. One page of a channel is looked at by one at a time, so
 * no crossing is told twice. @returns the last item of the page, null when there is no further one; and how many crossings.
 */
export async function noteSignals(
  database: Database,
  { channel, after, limit }: { channel: string; after: string; limit: number },
): Promise<{ last: string | null; crossings: number }> {
  return inTransaction(database, async (transaction) => {
    await prepared(transaction, `SELECT pg_advisory_xact_lock(hashtextextended('stock_signals:' || ?::text, 0))`, [
      channel,
    ]);
    const items = await readItems(transaction, { channel, after, limit });
    const skus = items.flatMap(({ sku, components }) => [sku, ...(components ?? []).map((component) => component.sku)]);
    const { now, items: supplies } = await readSupply(transaction, { skus, channel, country: null });
    const crossings = items.flatMap(({ sku, components, state }): Crossing[] => {
      const supply = supplies.get(sku);
      const parts = (components ?? [{ sku, quantity: 1 }]).map((component) => ({
        supply: supplies.get(component.sku) ?? { shelves: [], demands: [] },
        quantity: component.quantity,
      }));
      const { lowUnits, backUnits } = supply ?? {};
      const thresholds =
        typeof lowUnits === 'number' && typeof backUnits === 'number' ? { lowUnits, backUnits } : DEFAULT_THRESHOLDS;
      const available = unitsAt(parts, now);
      const next = nextSignal(state, available, thresholds);
      return next.event === null ? [] : [{ id: newId('evt'), sku, state: next.state, type: next.event, available }];
    });
    await keep(transaction, channel, crossings);
    return { last: items.length < limit ? null : (items.at(-1)?.sku ?? null), crossings: crossings.length };
  });
}

/** What has ever been on a shelf, and kits. */
async function readItems(
  transaction: Transaction,
  page: { channel: string; after: string; limit: number },
): Promise<WatchedItem[]> {
  const { rows } = await prepared<{ rows: WatchedItem[] }>(
    transaction,
    `SELECT i.sku, (SELECT json_agg(json_build_object('sku', c.sku, 'quantity', c.quantity)) FROM item_components c WHERE c.kit = i.sku)
       AS components, s.state
     FROM items i LEFT JOIN stock_signals s ON s.sku = i.sku AND s.channel = :channel
     WHERE i.sku > :after AND (EXISTS (SELECT FROM stock_levels l WHERE l.sku = i.sku)
       OR EXISTS (SELECT FROM item_components c WHERE c.kit = i.sku))
     ORDER BY i.sku LIMIT :limit`,
    { ...page },
  );
  return rows;
}

async function keep(transaction: Transaction, channel: string, crossings: readonly Crossing[]): Promise<void> {
  if (crossings.length === 0) return;
  await prepared(
    transaction,
    `WITH given AS (
       SELECT * FROM jsonb_to_recordset(:crossings::jsonb) AS g(id text, sku text, state text, type text, available bigint)
     ), told AS (
       INSERT INTO stock_events (id, type, sku, channel, available) SELECT id, type, sku, :channel, available FROM given ORDER BY sku
     )
     INSERT INTO stock_signals (sku, channel, state) SELECT sku, :channel, state FROM given
     ON CONFLICT (sku, channel) DO UPDATE SET state = excluded.state, changed_at = now()`,
    { channel, crossings: JSON.stringify(crossings) },
  );
}
