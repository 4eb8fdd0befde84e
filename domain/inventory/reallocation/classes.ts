/** What a re-allocation may do to an order: the classes of backorder processing in SAP's advanced ATP. The first comes first. */
export const REALLOCATION_CLASSES = [
  /** Gets all it wants, as far as anything can be taken from `fill` and `lose`. */
  'win',
  /** Keeps what it has, and may gain from `lose`. What no rule names. */
  'keep',
  /** Keeps what it has or loses it, and never gains. */
  'fill',
  /** Gives up what it has to others that want it. */
  'lose',
] as const;
export type ReallocationClass = (typeof REALLOCATION_CLASSES)[number];

export interface UnitsAtPlace {
  location: string;
  units: number;
}
