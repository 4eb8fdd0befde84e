import { Refusal } from '../../../domain/failures';
import type { TransferStatus } from '../../../domain/inventory/transfers/receiveTransfer';
import type { Database } from '../../connection';
import { prepared, type Transaction } from '../../prepared';

export interface TransferLine {
  number: number;
  sku: string;
  lot: string | null;
  quantity: number;
  /** What is under way or has come, by lot; empty before it is shipped. */
  units: { lot: string | null; expiresOn: string | null; shipped: number; received: number; short: number }[];
}

export interface TransferRecord {
  id: string;
  from: string;
  to: string;
  status: TransferStatus;
  note: string | null;
  shortReason: string | null;
  lines: TransferLine[];
  createdBy: string;
  createdAt: Date;
  /** When it is to arrive; null: nobody knows, and no promise counts on it. */
  expectedAt: Date | null;
  shippedAt: Date | null;
  closedAt: Date | null;
}

const COLUMNS = `t.id, t.origin AS "from", t.destination AS "to", t.status, t.note, t.short_reason AS "shortReason",
  t.created_by AS "createdBy", t.created_at AS "createdAt", t.expected_at AS "expectedAt",
  t.shipped_at AS "shippedAt", t.closed_at AS "closedAt",
  (SELECT json_agg(json_build_object('number', l.number, 'sku', l.sku, 'lot', l.lot, 'quantity', l.quantity, 'units',
     coalesce((SELECT json_agg(json_build_object('lot', nullif(p.lot, ''), 'expiresOn', p.expires_on, 'shipped', p.shipped,
       'received', p.received, 'short', p.short) ORDER BY p.expires_on, p.lot)
       FROM transfer_parcels p WHERE p.transfer_id = l.transfer_id AND p.number = l.number), '[]')) ORDER BY l.number)
   FROM transfer_lines l WHERE l.transfer_id = t.id) AS lines`;

/** @returns undefined when there is no such transfer. */
export async function readTransfer(on: Database | Transaction, id: string): Promise<TransferRecord | undefined> {
  const { rows } = await prepared<{ rows: TransferRecord[] }>(on, `SELECT ${COLUMNS} FROM transfers t WHERE t.id = ?`, [
    id,
  ]);
  return rows[0];
}

/** Nobody else changes it until the transaction ends. @throws {Refusal} not_found */
export async function lockTransfer(transaction: Transaction, id: string): Promise<TransferRecord> {
  await prepared(transaction, 'SELECT FROM transfers WHERE id = ? FOR UPDATE', [id]);
  const transfer = await readTransfer(transaction, id);
  if (transfer === undefined) throw new Refusal('not_found', `there is no transfer ${id}`);
  return transfer;
}

export interface TransferFilter {
  status?: TransferStatus | undefined;
  from?: string | undefined;
  to?: string | undefined;
  sku?: string | undefined;
}

/** One page, newest first. */
export async function listTransfers(
  database: Database,
  filter: TransferFilter,
  page: { before: string | null; limit: number },
): Promise<TransferRecord[]> {
  const { rows } = await database.raw<{ rows: TransferRecord[] }>(
    `SELECT ${COLUMNS} FROM transfers t
     WHERE (:status::text IS NULL OR t.status = :status) AND (:from::text IS NULL OR t.origin = :from)
       AND (:to::text IS NULL OR t.destination = :to) AND (:before::text IS NULL OR t.id < :before)
       AND (:sku::text IS NULL OR EXISTS (SELECT FROM transfer_lines l WHERE l.transfer_id = t.id AND l.sku = :sku))
     ORDER BY t.id DESC LIMIT :limit`,
    {
      status: filter.status ?? null,
      from: filter.from ?? null,
      to: filter.to ?? null,
      sku: filter.sku ?? null,
      ...page,
    },
  );
  return rows;
}
