import { z } from 'zod';
import { listStockClasses } from '../../../db/inventory/reports/stockClasses';
import { defineLevelReport, demandWindow, reported, rounded, worth } from './defineLevelReport';

export const reportStockClasses = defineLevelReport({
  name: 'reportStockClasses',
  path: '/v1/reports/stock-classes',
  summary: 'What turns over most, and how steadily: ABC and XYZ',
  description:
    'A: the levels that together turned over up to 80 % of the value, greatest first; B: up to 95 %; C: the rest, and what has no cost. ' +
    'Among all that the query names, each currency by itself. X: demand a day deviates by no more than half of its mean; Y: by no more ' +
    'than the mean; Z: by more, or there is none.',
  query: { windowDays: demandWindow },
  id: 'StockClassList',
  row: z
    .object({
      ...reported,
      abc: z.enum(['A', 'B', 'C']),
      xyz: z.enum(['X', 'Y', 'Z']),
      demandPerDay: z.number().meta({ description: 'Units shipped a day; days without any count.' }),
      variation: z
        .number()
        .nullable()
        .meta({ description: 'Deviation of a day’s demand by its mean; null without demand.' }),
      ...worth,
    })
    .meta({ id: 'StockClass' }),
  read: listStockClasses,
  present: ({ mean, variation, ...row }) => ({
    ...row,
    demandPerDay: rounded(mean),
    variation: variation === null ? null : rounded(variation),
  }),
});
