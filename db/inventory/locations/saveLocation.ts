import { Refusal } from '../../../domain/failures';
import { isTimeZone } from '../../../domain/inventory/cutOff';
import { prepared, type Transaction } from '../../prepared';
import { refuseStale } from '../refuseStale';
import { readLocation } from './listLocations';
import type { LocationFields, LocationRecord } from './locationRecord';

const NEW_LOCATION: Omit<LocationFields, 'name' | 'address'> = {
  ...{ kind: 'warehouse', priority: 100, coordinates: null, dailyCapacity: null, cutOff: null },
  ...{ timeZone: 'UTC', channels: null, active: true },
};

/** @throws {Refusal} already_exists; invalid_request: no such time zone. */
export async function createLocation(
  transaction: Transaction,
  id: string,
  given: Pick<LocationFields, 'name' | 'address'> & Partial<LocationFields>,
): Promise<LocationRecord> {
  const fields = { ...NEW_LOCATION, ...given };
  const { rowCount } = await prepared<{ rowCount: number }>(
    transaction,
    `INSERT INTO locations (id, name, priority, address, version) VALUES (:id, :name, :priority, :address, 0) ON CONFLICT DO NOTHING`,
    { id, name: fields.name, priority: fields.priority, address: fields.address },
  );
  if (rowCount === 0)
    throw new Refusal('already_exists', `there is a location ${id} already; change it at /v1/locations/${id}`);
  return writeLocation(transaction, id, fields);
}

/** Changes the given fields and no other. @throws {Refusal} not_found, precondition_failed; invalid_request: no such time zone. */
export async function changeLocation(
  transaction: Transaction,
  id: string,
  { expectedVersion, ...fields }: Partial<LocationFields> & { expectedVersion?: number | undefined },
): Promise<LocationRecord> {
  await prepared(transaction, 'SELECT FROM locations WHERE id = ? FOR NO KEY UPDATE', [id]);
  const before = await readLocation(transaction, id);
  if (before === undefined) throw new Refusal('not_found', `there is no location ${id}`);
  refuseStale(`the location ${id}`, before.version, expectedVersion);
  return writeLocation(transaction, id, { ...before, ...fields });
}

async function writeLocation(transaction: Transaction, id: string, fields: LocationFields): Promise<LocationRecord> {
  await refuseTimeZone(transaction, fields.timeZone);
  await prepared(
    transaction,
    `UPDATE locations SET name = :name, kind = :kind, priority = :priority, address = :address, latitude = :latitude,
       longitude = :longitude, daily_capacity = :dailyCapacity, cut_off = :cutOff::time, time_zone = :timeZone, channels = :channels,
       active = :active, version = version + 1, updated_at = now()
     WHERE id = :id`,
    {
      id,
      name: fields.name,
      kind: fields.kind,
      priority: fields.priority,
      address: fields.address,
      latitude: fields.coordinates?.latitude ?? null,
      longitude: fields.coordinates?.longitude ?? null,
      dailyCapacity: fields.dailyCapacity,
      cutOff: fields.cutOff,
      timeZone: fields.timeZone,
      channels: fields.channels,
      active: fields.active,
    },
  );
  const after = await readLocation(transaction, id);
  if (after === undefined) throw new Error(`the location ${id} was not written`);
  return after;
}

/** Days and cut-offs are worked out here and by the database: both have to know the zone. */
async function refuseTimeZone(transaction: Transaction, timeZone: string): Promise<void> {
  const { rows } = await prepared<{ rows: unknown[] }>(transaction, 'SELECT FROM pg_timezone_names WHERE name = ?', [
    timeZone,
  ]);
  if (rows.length > 0 && isTimeZone(timeZone)) return;
  const message = 'is not a zone of the IANA time zone database, such as Europe/Berlin';
  throw new Refusal('invalid_request', `/timeZone ${message}`, { errors: [{ pointer: '/timeZone', message }] });
}
