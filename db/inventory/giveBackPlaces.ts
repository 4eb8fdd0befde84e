import { prepared, type Transaction } from '../prepared';

/**
 * Gives the places of the day back that parcels of an order took and do not need any more, since all their units were released
 * before they left. Once for each parcel; under the lock of the order, after those of its levels, days in one order.
 */
export async function giveBackPlaces(transaction: Transaction, orderId: string): Promise<void> {
  await prepared(transaction, GIVE_BACK, { orderId });
}

const GIVE_BACK = `
WITH gone AS (
  SELECT number, location, capacity_day AS day FROM allocations WHERE order_id = :orderId AND capacity_day IS NOT NULL
  GROUP BY number, location, capacity_day HAVING bool_and(state = 'released')
), places AS (
  SELECT location, day, count(*)::int AS places FROM gone GROUP BY location, day
), locked AS MATERIALIZED (
  SELECT d.location, d.day FROM location_days d JOIN places USING (location, day) ORDER BY d.location, d.day FOR UPDATE OF d
), free AS (
  UPDATE location_days d SET taken = d.taken - p.places FROM places p JOIN locked USING (location, day)
  WHERE d.location = p.location AND d.day = p.day
)
UPDATE allocations a SET capacity_day = NULL FROM gone WHERE a.order_id = :orderId AND a.number = gone.number`;
