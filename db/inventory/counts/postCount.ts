import { Refusal } from '../../../domain/failures';
import { prepared, type Transaction } from '../../prepared';
import { lockLevels } from '../lockLevels';
import { moveStock } from '../moveStock';

/**
 * Puts right what was off, by as many units as it was off when it was counted: what was sold or came since stays so. Compare and
 * set: what is on hand now has to be what it was at the count, and the movements since.
 * @throws {Refusal} stock_conflict: it is not; or too little would be left for what is reserved.
 */
export async function postCount(transaction: Transaction, id: string, actor: string): Promise<void> {
  const { rows: levels } = await prepared<{ rows: { sku: string; location: string }[] }>(
    transaction,
    `SELECT DISTINCT l.sku, c.location FROM stock_count_lines l JOIN stock_counts c ON c.id = l.count_id
     WHERE l.count_id = ? AND l.counted <> l.on_hand`,
    [id],
  );
  if (levels.length === 0) return;
  await lockLevels(transaction, levels);
  const { rows: lines } = await prepared<{ rows: CountedLine[] }>(transaction, OFF, { id });
  const torn = lines.find((line) => line.now !== line.expected);
  if (torn !== undefined)
    throw new Refusal(
      'stock_conflict',
      `${torn.now} units of ${torn.sku} are on hand, and ${torn.expected} follow from the count and the movements since: ` +
        'count it again',
    );
  await moveStock(
    transaction,
    lines.map(({ sku, location, lot, expiresOn, off }) => ({
      ...{ sku, location, onHand: off },
      ...(lot === '' ? {} : { lot }),
      ...(expiresOn === null ? {} : { expiresOn }),
    })),
    { reason: 'counted', document: id, actor },
  );
}

interface CountedLine {
  sku: string;
  location: string;
  lot: string;
  expiresOn: string | null;
  off: number;
  now: number;
  expected: number;
}

const OFF = `
SELECT l.sku, c.location, l.lot, l.expires_on::text AS "expiresOn", l.counted - l.on_hand AS off,
  CASE WHEN l.lot = '' THEN s.on_hand ELSE coalesce(t.on_hand, 0) END AS now,
  l.on_hand + coalesce((SELECT sum(m.on_hand_delta) FROM stock_movements m WHERE m.sku = l.sku AND m.location = c.location
    AND m.id > l.last_movement AND (l.lot = '' OR m.lot = l.lot)), 0)::bigint AS expected
FROM stock_count_lines l JOIN stock_counts c ON c.id = l.count_id
  JOIN stock_levels s ON s.sku = l.sku AND s.location = c.location
  LEFT JOIN stock_lots t ON t.sku = l.sku AND t.location = c.location AND t.lot = l.lot
WHERE l.count_id = :id AND l.counted <> l.on_hand ORDER BY l.sku, l.lot`;
