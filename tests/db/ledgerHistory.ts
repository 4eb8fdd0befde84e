import type { Backroom } from './backroom';

/** One line of a level's history: so many days ago, at noon UTC, so many units came or left. */
export interface Past {
  daysAgo: number;
  units: number;
  reason?: string;
  document?: string;
}

/** Makes an item with a level whose ledger has that history, and whose on hand is its sum. */
export async function shelve(
  room: Backroom,
  sku: string,
  history: readonly Past[],
  place: { location?: string } = {},
): Promise<void> {
  const { location = 'loc-1' } = place;
  await room.stock(sku, 0, { location });
  for (const { daysAgo, units, reason, document } of history) {
    await room.rows(
      `INSERT INTO stock_movements (sku, location, on_hand_delta, reserved_delta, reason, document, actor, at)
       VALUES (?, ?, ?, 0, ?, ?, 'test', ((now() AT TIME ZONE 'UTC')::date - ?::int + time '12:00') AT TIME ZONE 'UTC')`,
      [sku, location, units, reason ?? (units > 0 ? 'received' : 'shipped'), document ?? null, daysAgo],
    );
  }
  await room.rows('UPDATE stock_levels SET on_hand = ? WHERE sku = ? AND location = ?', [
    history.reduce((sum, { units }) => sum + units, 0),
    sku,
    location,
  ]);
}
