/** What sourcing decides about, and what it answers. Pure data: read from Postgres, decided by `planSourcing`, kept as an explanation. */

/** Units of one order line that are to be allocated. A kit is allocated whole: all components of a kit come from one location. */
export interface Demand {
  lineId: string;
  /** The SKU of the line, where it is not that of its one component: a kit's. */
  sku?: string;
  /** Units of the line, at least 1. */
  units: number;
  /** What one unit of the line takes from the shelf: of an item that is no kit, one of itself. */
  components: { sku: string; quantity: number }[];
}

export interface Coordinates {
  /** Degrees, WGS 84. */
  latitude: number;
  longitude: number;
}

export type LocationKind = 'warehouse' | 'store' | 'drop_ship' | 'in_transit';

/** A location that might serve the order, with what it can still promise to the order's channel. */
export interface Candidate {
  location: string;
  kind: LocationKind;
  /** Smaller comes first. */
  priority: number;
  country: string;
  coordinates: Coordinates | null;
  active: boolean;
  /** Channels that it serves; null: all. */
  channels: readonly string[] | null;
  /** Orders that it can still take today; null: no limit. */
  capacityLeft: number | null;
  /** Units that can be promised, by SKU. What is not named is not there. Never below zero. */
  available: Readonly<Record<string, number>>;
}

export interface Destination {
  country: string;
  coordinates: Coordinates | null;
}
