import type { Backroom } from './backroom';

/** One line of a level's history: so many days ago so many units came or left. */
export interface Past {
  daysAgo: number;
  units: number;
  reason?: string;
  document?: string;
}

/**
 * Makes an item with a level whose ledger has that history, and whose on hand is its sum. Days are those of UTC and things happen
 * at noon; `exactly`: days of 24 hours before now, and a minute more.
 */
export async function shelve(
  room: Backroom,
  sku: string,
  history: readonly Past[],
  place: { location?: string; exactly?: boolean } = {},
): Promise<void> {
  const { location = 'loc-1', exactly = false } = place;
  const at = exactly
    ? `now() - ?::int * interval '24 hours' - interval '1 minute'`
    : `((now() AT TIME ZONE 'UTC')::date - ?::int + time '12:00') AT TIME ZONE 'UTC'`;
  await room.stock(sku, 0, { location });
  for (const { daysAgo, units, reason, document } of history) {
    await room.rows(
      `INSERT INTO stock_movements (sku, location, on_hand_delta, reserved_delta, reason, document, actor, at)
       VALUES (?, ?, ?, 0, ?, ?, 'test', ${at})`,
      [sku, location, units, reason ?? (units > 0 ? 'received' : 'shipped'), document ?? null, daysAgo],
    );
  }
  await room.rows('UPDATE stock_levels SET on_hand = ? WHERE sku = ? AND location = ?', [
    history.reduce((sum, { units }) => sum + units, 0),
    sku,
    location,
  ]);
}
