import { z } from 'zod';
import type { FeedPlace } from '../../db/orders/readEvents';
import { decodeCursor } from '../http/cursor';

/** As a cursor keeps it. */
export const placeOf = ({ place }: { place: FeedPlace }): [number, number] => [place.transaction, place.position];

export const isAfter = (place: FeedPlace, at: FeedPlace): boolean =>
  place.transaction > at.transaction || (place.transaction === at.transaction && place.position > at.position);

/** @throws {Refusal} invalid_request: it is no cursor of this list. `pointer`: where it was given. */
export function readFeedPlace(list: string, cursor: string | undefined, pointer: string): FeedPlace | undefined {
  if (cursor === undefined) return undefined;
  const [transaction, position] = decodeCursor(list, cursor, z.tuple([z.int().min(0), z.int().min(0)]), pointer);
  return { transaction, position };
}
