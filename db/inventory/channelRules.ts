import { Refusal } from '../../domain/failures';
import type { ShortagePolicy } from '../../domain/inventory/shortage';
import { brokenConstraint, type Database } from '../connection';
import { prepared, type Transaction } from '../prepared';

/** What a channel may sell of an item, or of all. A field that is null leaves the word to the channel's general rule. */
export interface ChannelRule {
  channel: string;
  /** Null: of all items that have no rule of their own. */
  sku: string | null;
  /** Units that stay at each location, whatever is asked. */
  bufferUnits: number | null;
  /** The same as a share of what is on hand there, rounded up. */
  bufferPercent: number | null;
  /** What becomes of orders for more than there is. */
  shortage: ShortagePolicy | null;
  /** The item is low at so many available units and fewer … */
  lowUnits: number | null;
  /** … and back at so many and more. */
  backUnits: number | null;
}

export interface ChannelRuleRecord extends ChannelRule {
  updatedBy: string;
  updatedAt: Date;
}

const COLUMNS = `channel, sku, buffer_units AS "bufferUnits", buffer_percent AS "bufferPercent", shortage,
  low_units AS "lowUnits", back_units AS "backUnits", updated_by AS "updatedBy", updated_at AS "updatedAt"`;

/** By channel, the general rule of each first, then by SKU. */
export async function listChannelRules(
  database: Database,
  filter: { channel?: string | undefined; sku?: string | undefined },
  page: { after: { channel: string; sku: string } | null; limit: number },
): Promise<ChannelRuleRecord[]> {
  const { rows } = await database.raw<{ rows: ChannelRuleRecord[] }>(
    `SELECT ${COLUMNS} FROM channel_stock_rules
     WHERE (:channel::text IS NULL OR channel = :channel) AND (:sku::text IS NULL OR sku = :sku)
       AND (:afterChannel::text IS NULL OR (channel, coalesce(sku, '')) > (:afterChannel, :afterSku))
     ORDER BY channel, coalesce(sku, '') LIMIT :limit`,
    {
      channel: filter.channel ?? null,
      sku: filter.sku ?? null,
      afterChannel: page.after?.channel ?? null,
      afterSku: page.after?.sku ?? null,
      limit: page.limit,
    },
  );
  return rows;
}

/** Makes the rule, or puts it in the place of the one that there is. @throws {Refusal} invalid_request: no such item. */
export async function putChannelRule(
  on: Database | Transaction,
  rule: ChannelRule & { actor: string },
): Promise<ChannelRuleRecord> {
  try {
    const { rows } = await prepared<{ rows: [ChannelRuleRecord] }>(
      on,
      `INSERT INTO channel_stock_rules (channel, sku, buffer_units, buffer_percent, shortage, low_units, back_units, updated_by)
       VALUES (:channel, :sku, :bufferUnits, :bufferPercent, :shortage, :lowUnits, :backUnits, :actor)
       ON CONFLICT ON CONSTRAINT one_rule DO UPDATE SET buffer_units = excluded.buffer_units, buffer_percent = excluded.buffer_percent,
         shortage = excluded.shortage, low_units = excluded.low_units, back_units = excluded.back_units,
         updated_by = excluded.updated_by, updated_at = now()
       RETURNING ${COLUMNS}`,
      { ...rule },
    );
    return rows[0];
  } catch (error) {
    if (brokenConstraint(error) === 'channel_stock_rules_sku_fkey')
      throw new Refusal('invalid_request', `there is no item ${rule.sku}`, {
        errors: [{ pointer: '/sku', message: 'is not in the catalogue' }],
      });
    throw error;
  }
}

/** @returns false when there is no such rule. */
export async function deleteChannelRule(
  on: Database | Transaction,
  { channel, sku }: { channel: string; sku: string | null },
): Promise<boolean> {
  const { rowCount } = await prepared<{ rowCount: number }>(
    on,
    'DELETE FROM channel_stock_rules WHERE channel = :channel AND sku IS NOT DISTINCT FROM :sku::text',
    { channel, sku },
  );
  return rowCount > 0;
}
