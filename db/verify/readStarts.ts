import { isClosed, type OrderStatus } from '../../domain/orders/status';
import type { Database } from '../connection';

/** What an order on record has to have in the way of a workflow. */
export interface RecordedStart {
  orderId: string;
  closed: boolean;
  /** Its workflow has been started, as far as we know. */
  started: boolean;
  /** Since it was recorded. */
  ageMs: number;
  /** Since it was closed; 0 for open ones. */
  closedForMs: number;
}

const COLUMNS = `id AS "orderId", status, workflow_started_at IS NOT NULL AS started,
  (extract(epoch FROM now() - created_at) * 1000)::float8 AS "ageMs",
  (extract(epoch FROM now() - coalesce(closed_at, now())) * 1000)::float8 AS "closedForMs"`;

type Row = Omit<RecordedStart, 'closed'> & { status: OrderStatus };
const toStart = ({ status, ...row }: Row): RecordedStart => ({ ...row, closed: isClosed(status) });

const PAGE = 5_000;

/** All orders, by pages of ids. */
export async function* readStarts(database: Database): AsyncGenerator<RecordedStart[]> {
  for (let after = ''; ;) {
    const { rows } = await database.raw<{ rows: Row[] }>(
      `SELECT ${COLUMNS} FROM orders WHERE id > :after ORDER BY id LIMIT :limit`,
      { after, limit: PAGE },
    );
    const last = rows.at(-1);
    if (last === undefined) return;
    yield rows.map(toStart);
    after = last.orderId;
  }
}

/** Those of the orders that are on record. */
export async function findStarts(database: Database, orderIds: readonly string[]): Promise<Map<string, RecordedStart>> {
  const { rows } = await database.raw<{ rows: Row[] }>(`SELECT ${COLUMNS} FROM orders WHERE id = ANY(?)`, [
    [...orderIds],
  ]);
  return new Map(rows.map((row) => [row.orderId, toStart(row)]));
}
