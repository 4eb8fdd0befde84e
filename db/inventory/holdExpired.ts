import { firstExpiredFirst } from '../../domain/inventory/stock/firstExpiredFirst';
import type { Database } from '../connection';
import { prepared } from '../prepared';
import { inTransaction } from '../transaction';
import { HAS_EXPIRED } from './expiredLots';
import { lockLevels } from './lockLevels';
import { moveStock } from './moveStock';
import { readShelfLots } from './readShelfLots';

interface Place {
  sku: string;
  location: string;
}

/** Levels with units of expired lots that nothing keeps from being held back. What is on its way between locations is not looked at. */
export async function findExpiredLevels(database: Database, limit: number): Promise<Place[]> {
  const { rows } = await prepared<{ rows: Place[] }>(database, FIND, { limit });
  return rows;
}

/** The longest life that an item asks for bounds the days to look at, so that the index of the days serves. */
const FIND = `
SELECT DISTINCT l.sku, l.location FROM stock_lots l
  JOIN items i ON i.sku = l.sku
  JOIN locations p ON p.id = l.location AND p.kind <> 'in_transit'
  JOIN stock_levels s ON s.sku = l.sku AND s.location = l.location
WHERE l.on_hand > 0 AND l.expires_on <= (now() AT TIME ZONE 'UTC')::date
    + coalesce((SELECT max(minimum_life_days) FROM items WHERE minimum_life_days > 0), 0)
  AND ${HAS_EXPIRED} AND l.on_hand - l.picked - l.damaged - l.quality_hold > 0
  AND s.on_hand - s.reserved - s.damaged - s.quality_hold > 0
ORDER BY 1, 2 LIMIT :limit`;

/**
 * Puts units of a level whose lots have expired on quality hold (reason `expired`), in one transaction: nobody can be promised them any
 * more. What orders and carts have reserved stays; so much is held back later, once they let go of it. Doing it again changes
 * nothing more. @returns how many units it was.
 */
export async function holdExpired(database: Database, { sku, location }: Place): Promise<number> {
  return inTransaction(database, async (transaction) => {
    const [level] = await lockLevels(transaction, [{ sku, location }]);
    if (level === undefined) throw new Error(`${sku} has no level at ${location}`);
    const free = level.onHand - level.reserved - level.damaged - level.qualityHold;
    const expired = (await readShelfLots(transaction, { sku, location })).filter((lot) => lot.expired);
    const held = firstExpiredFirst(expired, free);
    const moves = held.map(({ lot, units }) => ({ sku, location, lot, qualityHold: units }));
    await moveStock(transaction, moves, { reason: 'expired', document: null, actor: 'system:expiry' });
    return held.reduce((sum, { units }) => sum + units, 0);
  });
}
