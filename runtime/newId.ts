import { uuidv7obj } from 'uuidv7';
import type { IdPrefix } from '../domain/ids';

/** A new id, such as `ord_0197…`: 32 hex digits after the prefix, and ids sort by the time they were made. */
export const newId = (prefix: IdPrefix): string => `${prefix}_${uuidv7obj().toHex()}`;
