import type { Address } from '../../../domain/orders/schema';

export const LOCATION_KINDS = ['warehouse', 'store', 'drop_ship', 'in_transit'] as const;

export interface LocationFields {
  name: string;
  kind: (typeof LOCATION_KINDS)[number];
  /** The lowest number is asked first. */
  priority: number;
  address: Address;
  coordinates: { latitude: number; longitude: number } | null;
  /** Parcels it can send on a day; null: any number. */
  dailyCapacity: number | null;
  /** HH:MM in its time zone: what comes later leaves on the next day. */
  cutOff: string | null;
  timeZone: string;
  /** Which channels it serves; null: all. */
  channels: string[] | null;
  active: boolean;
}

export interface LocationRecord extends LocationFields {
  id: string;
  version: number;
  updatedAt: Date;
}

/** Of a row `p` of locations. */
export const LOCATION_COLUMNS = `p.id, p.name, p.kind, p.priority, p.address,
  CASE WHEN p.latitude IS NOT NULL THEN json_build_object('latitude', p.latitude, 'longitude', p.longitude) END AS coordinates,
  p.daily_capacity AS "dailyCapacity", to_char(p.cut_off, 'HH24:MI') AS "cutOff", p.time_zone AS "timeZone", p.channels, p.active,
  p.version, p.updated_at AS "updatedAt"`;
