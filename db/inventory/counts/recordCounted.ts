import { Refusal } from '../../../domain/failures';
import { prepared, type Transaction } from '../../prepared';
import { lockLevels } from '../lockLevels';
import { lockCount, readCount, type CountRecord } from './countRecord';

export interface CountedUnits {
  sku: string;
  lot?: string | undefined;
  /** ISO date; of a lot that is new here. */
  expiresOn?: string | undefined;
  counted: number;
}

/**
 * Notes what was counted, beside what the records have at this moment and which was their last movement: what moves later does
 * not make the count wrong. Counting a line again replaces it.
 * @throws {Refusal} not_found, illegal_transition; invalid_request: an item that is not in the count, or a lot is missing.
 */
export async function recordCounted(
  transaction: Transaction,
  id: string,
  lines: readonly CountedUnits[],
  by: { actor: string; keyId: string },
): Promise<CountRecord> {
  const { location, skus } = await lockCount(transaction, id, ['open']);
  await refuseFaults(transaction, { skus, lines: JSON.stringify(lines) });
  await lockLevels(
    transaction,
    lines.map(({ sku }) => ({ sku, location })),
  );
  await prepared(transaction, RECORD, { id, location, lines: JSON.stringify(lines), ...by });
  const count = await readCount(transaction, id);
  if (count === undefined) throw new Error(`the count ${id} is gone`);
  return count;
}

const LINES = `jsonb_to_recordset(:lines::jsonb) AS c(sku text, lot text, "expiresOn" date, counted bigint)`;

const RECORD = `
INSERT INTO stock_count_lines (count_id, sku, lot, expires_on, counted, on_hand, last_movement, counted_by, counted_key, counted_at)
SELECT :id, s.sku, coalesce(c.lot, ''), coalesce(l.expires_on, c."expiresOn"), c.counted,
  CASE WHEN c.lot IS NULL THEN s.on_hand ELSE coalesce(l.on_hand, 0) END,
  coalesce((SELECT max(m.id) FROM stock_movements m WHERE m.sku = s.sku AND m.location = s.location), 0), :actor, :keyId, now()
FROM ${LINES} JOIN stock_levels s ON s.sku = c.sku AND s.location = :location
  LEFT JOIN stock_lots l ON l.sku = c.sku AND l.location = :location AND l.lot = c.lot
ON CONFLICT (count_id, sku, lot) DO UPDATE SET counted = excluded.counted, on_hand = excluded.on_hand, expires_on = excluded.expires_on,
  last_movement = excluded.last_movement, counted_by = excluded.counted_by, counted_key = excluded.counted_key,
  counted_at = excluded.counted_at`;

const FAULTS = `
SELECT '/lines/' || c.n - 1 || CASE WHEN i.sku IS NULL OR k.is_kit OR NOT in_count.is_in THEN '/sku' ELSE '/lot' END AS pointer,
  CASE WHEN i.sku IS NULL THEN 'is not in the catalogue' WHEN k.is_kit THEN 'is a kit: count its components'
    WHEN NOT in_count.is_in THEN 'is not in this count' WHEN i.tracking = 'lot' THEN 'is required: the item is tracked by lot'
    ELSE 'is not for this item, which is not tracked by lot' END AS message
FROM ROWS FROM (jsonb_to_recordset(:lines::jsonb) AS (sku text, lot text)) WITH ORDINALITY AS c(sku, lot, n)
  LEFT JOIN items i ON i.sku = c.sku
  CROSS JOIN LATERAL (SELECT EXISTS (SELECT FROM item_components WHERE kit = c.sku) AS is_kit) k
  CROSS JOIN LATERAL (SELECT :skus::text[] IS NULL OR c.sku = ANY(:skus) AS is_in) in_count
WHERE i.sku IS NULL OR k.is_kit OR NOT in_count.is_in OR (i.tracking = 'lot') <> (c.lot IS NOT NULL)
ORDER BY c.n LIMIT 1`;

async function refuseFaults(transaction: Transaction, given: { skus: string[] | null; lines: string }): Promise<void> {
  const { rows } = await prepared<{ rows: { pointer: string; message: string }[] }>(transaction, FAULTS, given);
  const fault = rows[0];
  if (fault !== undefined)
    throw new Refusal('invalid_request', `${fault.pointer} ${fault.message}`, { errors: [fault] });
}
