import { z } from 'zod';
import { plainText } from '../../../domain/orders/schema';
import type { Database } from '../../../db/connection';
import type { ReportedLevel, ReportFilter, ReportPage } from '../../../db/inventory/reports/reportPage';
import { decodeCursor } from '../../http/cursor';
import { makePage, pageQuery } from '../../http/paging';
import { listOf } from '../../orders/orderSchema';
import { defineRoute, type Route } from '../../route';

const text = plainText(100).optional();
export const reportQuery = { ...pageQuery, sku: text, location: text, category: text };

export const demandWindow = z.coerce
  .number()
  .int()
  .min(1)
  .max(366)
  .default(90)
  .meta({ description: 'Over how many days demand is measured.' });

/** The fields that every row begins with. */
export const reported = {
  sku: z.string(),
  name: z.string(),
  category: z.string().nullable(),
  location: z.string(),
};

/** What units are worth at what they cost. */
export const worth = {
  value: z.int().nullable().meta({ description: 'At cost, in minor units of `currency`; null without a cost.' }),
  currency: z.string().nullable(),
};

/** To two digits. */
export const rounded = (figure: number): number => Math.round(figure * 100) / 100;

interface ReportSpec<Q extends z.ZodRawShape, R extends ReportedLevel, S extends z.ZodType> {
  name: string;
  path: `/v1/reports/${string}`;
  summary: string;
  description: string;
  query: Q;
  row: S;
  /** The schema's id of the list. */
  id: string;
  read: (database: Database, filter: ReportFilter & z.output<z.ZodObject<Q>>, page: ReportPage) => Promise<R[]>;
  present: (row: R) => z.output<S>;
}

/** A report with a row for each item at each place that it is about, in that order. */
export function defineLevelReport<Q extends z.ZodRawShape, R extends ReportedLevel, S extends z.ZodType>(
  spec: ReportSpec<Q, R, S>,
): Route {
  return defineRoute({
    name: spec.name,
    method: 'get',
    path: spec.path,
    permission: 'reports:read',
    summary: spec.summary,
    description: spec.description,
    tags: ['Reports'],
    query: z.strictObject({ ...reportQuery, ...spec.query }),
    responses: { 200: { description: 'One page, by item and place.', body: listOf(spec.row, spec.id) } },
    handler: async ({ query }, { deps }) => {
      const { limit, cursor, ...filter } = query as ReportFilter & { limit: number; cursor?: string };
      const list = `${spec.path}:${JSON.stringify(filter)}`;
      const place = cursor === undefined ? undefined : decodeCursor(list, cursor, z.tuple([z.string(), z.string()]));
      const after = place === undefined ? null : { sku: place[0], location: place[1] };
      const rows = await spec.read(deps.database, filter as ReportFilter & z.output<z.ZodObject<Q>>, {
        after,
        limit: limit + 1,
      });
      const body = makePage(rows, limit, {
        ...{ list, present: spec.present },
        placeOf: ({ sku, location }) => [sku, location],
      });
      return { status: 200, body };
    },
  });
}
