import type { Coordinates } from './types';

/** IUGG mean radius. */
const EARTH_RADIUS_KM = 6_371.0088;
const toRadians = (degrees: number): number => (degrees * Math.PI) / 180;

/** Great-circle distance in kilometres by the haversine formula; null where one of the two is not known. */
export function distanceKm(from: Coordinates | null, to: Coordinates | null): number | null {
  if (from === null || to === null) return null;
  const latitude = Math.sin(toRadians(to.latitude - from.latitude) / 2) ** 2;
  const longitude = Math.sin(toRadians(to.longitude - from.longitude) / 2) ** 2;
  const chord = latitude + Math.cos(toRadians(from.latitude)) * Math.cos(toRadians(to.latitude)) * longitude;
  return 2 * EARTH_RADIUS_KM * Math.asin(Math.sqrt(Math.min(chord, 1)));
}
