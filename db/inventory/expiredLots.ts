/**
 * Whether a row `l` of stock_lots, of an item `i`, is no stock any more: its last day, or the day before which the item asks it to be
 * sold, is today or has passed. Days are those of UTC, by the clock of the database.
 */
export const HAS_EXPIRED = `coalesce(l.expires_on - i.minimum_life_days <= (now() AT TIME ZONE 'UTC')::date, false)`;
