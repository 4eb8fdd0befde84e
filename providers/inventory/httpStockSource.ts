import { z } from 'zod';
import { createHttpClient } from '../http';
import type { StockSource } from './port';

/** More on a page is a fault of the source: a page is taken over as a whole. */
const MOST_LEVELS = 1_000;
const MOST_UNITS = 1_000_000_000;

/** What Postgres could not store makes the page one that makes no sense. */
const name = z
  .string()
  .regex(/^[^\u0000-\u001f\u007f]{1,64}$/)
  .refine((value) => value.isWellFormed());

const pageSchema = z.object({
  data: z
    .array(
      z.object({
        sku: name,
        location: name,
        onHand: z.int().min(0).max(MOST_UNITS),
        asOf: z.iso.datetime({ offset: true }).transform((time) => new Date(time).toISOString()),
      }),
    )
    .max(MOST_LEVELS),
  nextCursor: z.string().min(1).max(1_000).nullable(),
});

/** A source that gives its levels as JSON pages: `GET url?cursor=…`. */
export function createHttpStockSource({
  url,
  key,
  timeoutMs,
}: {
  url: string;
  key: string;
  timeoutMs?: number;
}): StockSource {
  const http = createHttpClient({ name: 'stock source', url, key, timeoutMs });
  return {
    name: 'http',
    async readLevels(cursor) {
      const path = cursor === null ? '' : `?cursor=${encodeURIComponent(cursor)}`;
      const { data, nextCursor } = (await http.send({ method: 'GET', path })).read(pageSchema);
      return { levels: data, nextCursor };
    },
  };
}
