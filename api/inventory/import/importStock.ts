import { createHash } from 'node:crypto';
import { stringify } from 'csv-stringify/sync';
import { z } from 'zod';
import { applyStockRow, type RowResult } from '../../../db/inventory/import/applyStockRow';
import { defineRoute, type Context } from '../../route';
import { yesOrNo } from '../fields';
import { readStockFile, type ReadRow } from './readStockFile';

const rowSchema = z
  .object({
    row: z.int().meta({ description: 'As a spreadsheet counts: the heading is row 1.' }),
    sku: z.string().nullable(),
    location: z.string().nullable(),
    outcome: z.enum(['ok', 'unchanged', 'refused']),
    message: z.string().nullable(),
  })
  .meta({ id: 'StockImportRow' });

const importSchema = z
  .object({
    document: z.string().meta({ description: 'In the ledger each row goes by it, with `:` and the row’s number.' }),
    dryRun: z.boolean(),
    ok: z.int(),
    unchanged: z.int(),
    refused: z.int(),
    rows: z.array(rowSchema),
  })
  .meta({ id: 'StockImport' });

export const importStock = defineRoute({
  name: 'importStock',
  method: 'post',
  path: '/v1/stock/import',
  permission: 'stock:write',
  summary: 'Adjust stock from a CSV file',
  description:
    'Columns: sku, location, onHand (what it becomes) or delta, expected, lot, expiresOn, reason; a heading names them, in any order. ' +
    'Each row is applied by itself: good ones also where others are refused. The same file again changes nothing, but rows that were ' +
    'refused are tried again: after no answer, send it again. `dryRun` tells what would become of each row by itself.',
  tags: ['Stock'],
  query: z.strictObject({
    dryRun: yesOrNo.default(false),
    format: z.enum(['json', 'csv']).default('json').meta({ description: 'Of the answer.' }),
  }),
  bodyKind: 'raw',
  rawType: 'text/csv',
  responses: {
    200: {
      description: 'What became of each row.',
      media: { 'application/json': importSchema, 'text/csv': z.string() },
    },
  },
  failures: ['too_large', 'unsupported_media_type'],
  handler: async ({ query: { dryRun, format }, body }, context) => {
    const document = `import:${createHash('sha256').update(body).digest('hex')}`;
    const rows: z.infer<typeof rowSchema>[] = [];
    for (const read of readStockFile(body)) {
      const { row, sku, location } = read;
      rows.push({ row, sku, location, ...(await apply(read, `${document}:${row}`, dryRun, context)) });
    }
    if (format === 'csv') {
      const columns = ['row', 'sku', 'location', 'outcome', 'message'];
      return { status: 200, type: 'text/csv', body: stringify(rows, { header: true, columns, escape_formulas: true }) };
    }
    const count = (outcome: RowResult['outcome']) => rows.filter((row) => row.outcome === outcome).length;
    const counts = { ok: count('ok'), unchanged: count('unchanged'), refused: count('refused') };
    return { status: 200, body: { document, dryRun, ...counts, rows } };
  },
});

async function apply(
  { change, fault }: ReadRow,
  document: string,
  dryRun: boolean,
  { deps, principal }: Context,
): Promise<RowResult> {
  if (change === null) return { outcome: 'refused', message: fault };
  const { onHand, ...others } = change;
  return applyStockRow(deps.database, { ...others, setTo: onHand, document, actor: `key:${principal.name}` }, dryRun);
}
