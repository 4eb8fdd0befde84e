import { Refusal } from '../../domain/failures';
import { planSourcing } from '../../domain/inventory/sourcing/planSourcing';
import { withhold, type OwnUnits } from '../../domain/inventory/withhold';
import { brokenConstraint, type Database } from '../connection';
import { prepared, Transaction } from '../prepared';
import { inTransaction } from '../transaction';
import { sumUnits } from './sumUnits';
import { readCartSourcing } from './readSourcing';
import { StockRaceLost, untilRaceWon } from './stockRace';

/** Units kept for a cart for a while. `owner` is the channel's own name of the cart: it has one active reservation at a time. */
export interface ReservationRecord {
  id: string;
  channel: string;
  owner: string;
  state: 'active' | 'ordered' | 'released' | 'expired';
  lines: { sku: string; quantity: number }[];
  expiresAt: Date;
  orderId: string | null;
  createdAt: Date;
  endedAt: Date | null;
}

export interface NewReservation {
  id: string;
  channel: string;
  owner: string;
  lines: { sku: string; quantity: number }[];
  country: string | null;
  minutes: number;
  actor: string;
}

const COLUMNS = `id, channel, owner, state, lines, expires_at AS "expiresAt", order_id AS "orderId", created_at AS "createdAt",
  ended_at AS "endedAt"`;

/**
 * Takes the units of all lines off what can be sold, or of none. They come from where an order of these lines would be served.
 * @throws {Refusal} stock_conflict: some are not there; already_exists: the owner has an active reservation.
 * @throws {StockRaceLost} only within a transaction, which whoever opened it has to run again as a whole.
 */
export async function createReservation(
  on: Database | Transaction,
  reservation: NewReservation,
): Promise<ReservationRecord> {
  if (on instanceof Transaction) return createOnce(on, reservation);
  return untilRaceWon(() => inTransaction(on, (transaction) => createOnce(transaction, reservation)));
}

async function createOnce(transaction: Transaction, reservation: NewReservation): Promise<ReservationRecord> {
  const { lines, channel, country } = reservation;
  const record = await readCartSourcing(transaction, { channel, country, coordinates: null, lines });
  const unknown = record.lines.flatMap(({ lineId, known }) =>
    known ? [] : [{ pointer: `/lines/${Number(lineId) - 1}/sku`, message: 'is not in the catalogue' }],
  );
  if (unknown.length > 0) throw new Refusal('invalid_request', 'there are no such items', { errors: unknown });
  const { candidates, kept } = withhold(record.candidates, record.withheld);
  const { demands, destination, strategy } = record;
  const plan = planSourcing({ demands, candidates, destination, channel, strategy });
  if (plan.short.length > 0) throw refuseShort(plan.short, lines);
  const units = sumUnits(plan.fulfilments, record.lines, kept);
  try {
    const { rows } = await prepared<{ rows: [ReservationRecord & { taken: number; wanted: number }] }>(
      transaction,
      RESERVE,
      {
        ...reservation,
        lines: JSON.stringify(lines),
        units: JSON.stringify(units),
      },
    );
    const { taken, wanted, ...created } = rows[0];
    if (taken !== wanted) throw new StockRaceLost('stock was taken by another cart or order');
    return created;
  } catch (error) {
    if (brokenConstraint(error) === 'one_active_reservation_per_owner')
      throw new Refusal('already_exists', `${reservation.owner} has an active reservation; release it, or extend it`);
    throw error;
  }
}

const RESERVE = `
WITH wanted AS (
  SELECT * FROM jsonb_to_recordset(:units::jsonb) AS w(sku text, location text, units bigint, kept bigint)
), made AS (
  INSERT INTO reservations (id, channel, owner, lines, country, expires_at, created_by)
  VALUES (:id, :channel, :owner, :lines::jsonb, :country, now() + :minutes::int * interval '1 minute', :actor) RETURNING ${COLUMNS}
), locked AS MATERIALIZED (
  SELECT s.sku, s.location FROM stock_levels s JOIN wanted USING (sku, location) ORDER BY s.sku, s.location FOR UPDATE OF s
), taken AS (
  UPDATE stock_levels s SET reserved = s.reserved + w.units, updated_at = now()
  FROM wanted w JOIN locked USING (sku, location)
  WHERE s.sku = w.sku AND s.location = w.location
    AND s.on_hand - s.reserved - s.damaged - s.quality_hold - greatest(s.safety_stock, w.kept) >= w.units
  RETURNING s.sku, s.location, w.units
), moved AS (
  INSERT INTO stock_movements (sku, location, on_hand_delta, reserved_delta, reason, document, actor)
  SELECT sku, location, 0, units, 'reserved', :id, :actor FROM taken
), kept AS (
  INSERT INTO reservation_units (reservation_id, sku, location, units) SELECT :id, sku, location, units FROM taken
)
SELECT made.*, (SELECT count(*) FROM taken)::int AS taken, (SELECT count(*) FROM wanted)::int AS wanted FROM made`;

function refuseShort(short: { lineId: string; units: number }[], lines: NewReservation['lines']): Refusal {
  const errors = short.map(({ lineId, units }) => {
    const index = Number(lineId) - 1;
    const wanted = lines[index]?.quantity ?? 0;
    return { pointer: `/lines/${index}/quantity`, message: `${wanted} wanted, ${wanted - units} available` };
  });
  return new Refusal('stock_conflict', 'some of it is not there; reserve less', { errors });
}

/** Ends a reservation that is active and gives its units back. @returns those; null when it was not active, or is not due yet. */
async function end(
  on: Database | Transaction,
  input: { id: string; state: 'ordered' | 'released' | 'expired'; orderId: string | null; actor: string },
): Promise<OwnUnits[] | null> {
  const { rows } = await prepared<{ rows: [{ ended: boolean; freed: OwnUnits[] }] }>(
    on,
    `WITH ended AS (
       UPDATE reservations SET state = :state, ended_at = now(), order_id = :orderId
       WHERE id = :id AND state = 'active' AND (:state <> 'expired' OR expires_at <= now()) RETURNING id
     ), held AS (
       SELECT u.sku, u.location, u.units FROM reservation_units u JOIN ended ON ended.id = u.reservation_id
     ), locked AS MATERIALIZED (
       SELECT s.sku, s.location FROM stock_levels s JOIN held USING (sku, location) ORDER BY s.sku, s.location FOR UPDATE OF s
     ), freed AS (
       UPDATE stock_levels s SET reserved = s.reserved - held.units, updated_at = now()
       FROM held JOIN locked USING (sku, location) WHERE s.sku = held.sku AND s.location = held.location
       RETURNING s.sku, s.location, held.units
     ), moved AS (
       INSERT INTO stock_movements (sku, location, on_hand_delta, reserved_delta, reason, document, actor)
       SELECT sku, location, 0, -units, 'reservation_' || :state, :id, :actor FROM freed
     )
     SELECT EXISTS (SELECT FROM ended) AS ended, (SELECT coalesce(json_agg(freed), '[]') FROM freed) AS freed`,
    { ...input },
  );
  const [{ ended, freed }] = rows;
  return ended ? freed : null;
}

/**
 * The reservation's units are free for the order's own allocation, in one transaction with it: nobody comes between, and no claim
 * goes before. @returns those units; none where it has ended before.
 */
export const takeOverReservation = async (transaction: Transaction, id: string, orderId: string): Promise<OwnUnits[]> =>
  (await end(transaction, { id, state: 'ordered', orderId, actor: 'system' })) ?? [];

/** @returns false when it was not active. */
export const releaseReservation = async (on: Database | Transaction, id: string, actor: string): Promise<boolean> =>
  (await end(on, { id, state: 'released', orderId: null, actor })) !== null;

/** By the clock of the database. @returns how many milliseconds are left; null when it has ended, now or before. */
export async function expireReservation(database: Database, id: string): Promise<number | null> {
  await end(database, { id, state: 'expired', orderId: null, actor: 'system' });
  const { rows } = await prepared<{ rows: { left: number }[] }>(
    database,
    `SELECT greatest(ceil(extract(epoch FROM expires_at - now()) * 1000), 1)::int AS left FROM reservations
     WHERE id = ? AND state = 'active'`,
    [id],
  );
  return rows[0]?.left ?? null;
}

/** Reservations that are past their time and still active: nobody has ended them. */
export async function findOverdueReservations(database: Database, limit: number): Promise<string[]> {
  const { rows } = await prepared<{ rows: { id: string }[] }>(
    database,
    `SELECT id FROM reservations WHERE state = 'active' AND expires_at < now() - interval '10 seconds' ORDER BY expires_at LIMIT ?`,
    [limit],
  );
  return rows.map(({ id }) => id);
}

/** From now on for so many minutes, if that is longer than what is left. @returns undefined when it is not active. */
export async function extendReservation(
  on: Database | Transaction,
  id: string,
  minutes: number,
): Promise<ReservationRecord | undefined> {
  const { rows } = await prepared<{ rows: ReservationRecord[] }>(
    on,
    `UPDATE reservations SET expires_at = greatest(expires_at, now() + ?::int * interval '1 minute')
     WHERE id = ? AND state = 'active' RETURNING ${COLUMNS}`,
    [minutes, id],
  );
  return rows[0];
}

/** `channel`: null sees those of all channels. */
export async function readReservation(
  on: Database | Transaction,
  id: string,
  channel: string | null,
): Promise<ReservationRecord | undefined> {
  const { rows } = await prepared<{ rows: ReservationRecord[] }>(
    on,
    `SELECT ${COLUMNS} FROM reservations WHERE id = :id AND (:channel::text IS NULL OR channel = :channel)`,
    { id, channel },
  );
  return rows[0];
}
