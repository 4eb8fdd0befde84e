import { z } from 'zod';
import { daysOfCover, stockPosition } from '../../../domain/inventory/replenishment/position';
import { listDeadStock } from '../../../db/inventory/reports/deadStock';
import { listOverstock } from '../../../db/inventory/reports/overstock';
import { listStockAgeing } from '../../../db/inventory/reports/stockAgeing';
import { listStockoutRisks } from '../../../db/inventory/reports/stockoutRisk';
import { time } from '../../orders/orderSchema';
import { defineLevelReport, demandWindow, reported, rounded, worth } from './defineLevelReport';

const perDay = (units: number, days: number): number => (days > 0 ? units / days : 0);
const demandPerDay = z.number().meta({ description: 'Units shipped a day; days without any count.' });

export const reportStockoutRisk = defineLevelReport({
  name: 'reportStockoutRisk',
  path: '/v1/reports/stockout-risk',
  summary: 'What runs out before an order placed now would come',
  description:
    'The position (on hand and incoming, less what is reserved, held back or waited for) lasts no longer than the lead time.',
  query: {
    windowDays: demandWindow,
    marginDays: z.coerce
      .number()
      .int()
      .min(0)
      .max(366)
      .default(0)
      .meta({ description: 'Also what lasts so much longer.' }),
  },
  id: 'StockoutRiskList',
  row: z
    .object({
      ...reported,
      position: z.int(),
      onHand: z.int(),
      reserved: z.int(),
      incoming: z.int(),
      backorders: z.int(),
      nextExpectedAt: time.nullable(),
      demandPerDay,
      daysLeft: z.number().meta({ description: 'Until the position covers nothing.' }),
      leadTimeDays: z.int(),
    })
    .meta({ id: 'StockoutRisk' }),
  read: listStockoutRisks,
  present: (row) => {
    const { sku, name, category, location, onHand, reserved, incoming, backorders, leadTimeDays } = row;
    const position = stockPosition(row);
    const mean = perDay(row.units, row.days);
    return {
      ...{ sku, name, category, location, position, onHand, reserved, incoming, backorders, leadTimeDays },
      nextExpectedAt: row.nextExpectedAt?.toISOString() ?? null,
      demandPerDay: rounded(mean),
      daysLeft: rounded(daysOfCover(position, mean) ?? 0),
    };
  },
});

export const reportOverstock = defineLevelReport({
  name: 'reportOverstock',
  path: '/v1/reports/overstock',
  summary: 'What is more than its rule means to have',
  description: 'On hand and incoming, against the most that the rule of reordering has or computed in its last run.',
  query: { windowDays: demandWindow },
  id: 'OverstockList',
  row: z
    .object({
      ...reported,
      onHand: z.int(),
      incoming: z.int(),
      maxUnits: z.int(),
      excess: z.int().meta({ description: 'onHand + incoming - maxUnits.' }),
      demandPerDay,
      excessDays: z.number().nullable().meta({ description: 'How long the excess lasts; null without demand.' }),
      ...worth,
    })
    .meta({ id: 'Overstock' }),
  read: listOverstock,
  present: ({ units, days, ...row }) => {
    const mean = perDay(units, days);
    const cover = daysOfCover(row.excess, mean);
    return { ...row, demandPerDay: rounded(mean), excessDays: cover === null ? null : rounded(cover) };
  },
});

export const reportDeadStock = defineLevelReport({
  name: 'reportDeadStock',
  path: '/v1/reports/dead-stock',
  summary: 'What nothing has left of for long',
  description: 'Nothing was shipped to a customer or another place. What came here later has not lain long enough.',
  query: { idleDays: z.coerce.number().int().min(1).max(3_650).default(90) },
  id: 'DeadStockList',
  row: z
    .object({
      ...reported,
      onHand: z.int(),
      lastOutAt: time.nullable(),
      firstMovedAt: time,
      idleDays: z.int().meta({ description: 'Since the last unit left, or since the first came where none has.' }),
      ...worth,
    })
    .meta({ id: 'DeadStock' }),
  read: listDeadStock,
  present: (row) => ({
    ...row,
    lastOutAt: row.lastOutAt?.toISOString() ?? null,
    firstMovedAt: row.firstMovedAt.toISOString(),
  }),
});

export const reportStockAgeing = defineLevelReport({
  name: 'reportStockAgeing',
  path: '/v1/reports/stock-ageing',
  summary: 'How long what is on hand has been here',
  description: 'By lot where the item is tracked by lot; of others first in counts as first out.',
  query: {},
  id: 'StockAgeingList',
  row: z
    .object({
      ...reported,
      onHand: z.int().meta({ description: 'The sum of the four.' }),
      upTo30: z.int().meta({ description: 'Here for 0 to 30 days.' }),
      upTo60: z.int().meta({ description: '31 to 60 days.' }),
      upTo90: z.int().meta({ description: '61 to 90 days.' }),
      over90: z.int(),
      oldestDays: z.int().nullable().meta({ description: 'null where no receipt of it is known.' }),
      ...worth,
    })
    .meta({ id: 'StockAgeing' }),
  read: listStockAgeing,
  present: (row) => row,
});
