import { CsvError, parse } from 'csv-parse/sync';
import { Refusal } from '../../../domain/failures';
import { MOST_UNITS } from '../fields';
import { rowSchema, type StockRow } from './rowSchema';

const MOST_ROWS = 5_000;

const COLUMNS = ['sku', 'location', 'onHand', 'delta', 'expected', 'lot', 'expiresOn', 'reason'] as const;
type Column = (typeof COLUMNS)[number];
const NUMBERS: ReadonlySet<string> = new Set<Column>(['onHand', 'delta', 'expected']);

/** A row by the number that a spreadsheet gives it: the heading is row 1. */
export type ReadRow = { row: number; sku: string | null; location: string | null } & (
  { change: StockRow; fault: null } | { change: null; fault: string }
);

/**
 * The rows of a CSV file (RFC 4180, in UTF-8, with a heading). Rows that can't be applied have a fault; empty ones are left out.
 * @throws {Refusal} invalid_request: it is no such file, or too long.
 */
export function readStockFile(bytes: Buffer): ReadRow[] {
  const [heading, ...rows] = parseFile(bytes);
  const columns = readHeading(heading ?? []);
  if (rows.length > MOST_ROWS) throw refusal(`has ${rows.length} rows: send ${MOST_ROWS} at most in one file`);
  return rows.flatMap((fields, index) => {
    if (fields.every((field) => field === '')) return [];
    return [readRow(columns, fields, index + 2)];
  });
}

const refusal = (message: string) =>
  new Refusal('invalid_request', `the file ${message}`, { errors: [{ pointer: '', message }] });

function parseFile(bytes: Buffer): string[][] {
  if (!isUtf8(bytes)) throw refusal('is not in UTF-8');
  try {
    return parse(bytes, { bom: true, trim: true, relax_column_count: true, skip_empty_lines: false });
  } catch (error) {
    if (error instanceof CsvError) throw refusal(`can't be read as CSV: ${error.message}`);
    throw error;
  }
}

function isUtf8(bytes: Buffer): boolean {
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    return true;
  } catch {
    return false;
  }
}

function readHeading(heading: readonly string[]): Column[] {
  for (const name of heading)
    if (!(COLUMNS as readonly string[]).includes(name))
      throw refusal(`has a column that is not known here: name them ${COLUMNS.join(', ')} in the first row`);
  const names = heading as Column[];
  if (new Set(names).size !== names.length) throw refusal('has a column twice');
  for (const name of ['sku', 'location', 'reason'] as const)
    if (!names.includes(name)) throw refusal(`needs the column ${name}`);
  if (!names.includes('onHand') && !names.includes('delta')) throw refusal('needs the column onHand or delta');
  return names;
}

function readRow(columns: readonly Column[], fields: readonly string[], row: number): ReadRow {
  const given: Partial<Record<Column, string | number>> = {};
  for (const [index, column] of columns.entries()) {
    const text = fields[index] ?? '';
    if (text !== '') given[column] = NUMBERS.has(column) ? toNumber(text) : text;
  }
  const named = {
    row,
    sku: typeof given.sku === 'string' ? given.sku : null,
    location: typeof given.location === 'string' ? given.location : null,
  };
  if (fields.length !== columns.length)
    return { ...named, change: null, fault: `has ${fields.length} fields, and the heading has ${columns.length}` };
  const parsed = rowSchema.safeParse(given);
  if (parsed.success) return { ...named, change: parsed.data, fault: null };
  const issue = parsed.error.issues[0];
  const where = issue?.path.join('.') ?? '';
  return { ...named, change: null, fault: `${where} ${describe(where, issue?.message ?? 'is not valid')}`.trim() };
}

/** Whole numbers as people write them; what is none stays a text, and is refused as such. */
const toNumber = (text: string): number | string => (/^[+-]?\d{1,15}$/.test(text) ? Number(text) : text);

function describe(column: string, message: string): string {
  if (/received undefined$/.test(message)) return 'is required';
  if (NUMBERS.has(column) && !message.startsWith('goes') && !message.startsWith('must'))
    return `must be a whole number, ${MOST_UNITS} at most`;
  if (column === 'expiresOn' && message.startsWith('Invalid')) return 'must be a day such as 2027-01-31';
  return message.startsWith('Too') ? 'is too long or too short' : message;
}
