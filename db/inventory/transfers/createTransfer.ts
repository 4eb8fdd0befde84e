import { Refusal } from '../../../domain/failures';
import { prepared, type Transaction } from '../../prepared';
import { lockTransfer, type TransferRecord } from './transferRecord';

export interface NewTransfer {
  id: string;
  from: string;
  to: string;
  lines: { sku: string; quantity: number; lot?: string | undefined }[];
  note: string | null;
  /** ISO 8601; left out where nobody knows when it arrives. */
  expectedAt?: string | null;
  actor: string;
}

/** Plans it; nothing moves yet. @throws {Refusal} invalid_request: no such item or location, a kit, a lot of what has none. */
export async function createTransfer(transaction: Transaction, transfer: NewTransfer): Promise<TransferRecord> {
  const { id, from, to, note, expectedAt = null, actor } = transfer;
  const lines = transfer.lines.map(({ sku, quantity, lot = null }, index) => ({
    number: index + 1,
    sku,
    quantity,
    lot,
  }));
  await refuseFaults(transaction, { from, to, lines: JSON.stringify(lines) });
  await prepared(
    transaction,
    `INSERT INTO transfers (id, origin, destination, note, expected_at, created_by)
     VALUES (:id, :from, :to, :note, :expectedAt, :actor)`,
    { id, from, to, note, expectedAt, actor },
  );
  await prepared(
    transaction,
    `INSERT INTO transfer_lines (transfer_id, number, sku, lot, quantity)
     SELECT :id, l.number, l.sku, l.lot, l.quantity
     FROM jsonb_to_recordset(:lines::jsonb) AS l(number int, sku text, lot text, quantity bigint)`,
    { id, lines: JSON.stringify(lines) },
  );
  return lockTransfer(transaction, id);
}

const FAULTS = `
SELECT pointer, message FROM (
  SELECT 1 AS place, 0 AS number, '/from' AS pointer, 'is not a location' AS message WHERE NOT EXISTS (SELECT FROM locations WHERE id = :from)
  UNION ALL
  SELECT 2, 0, '/to', 'is not a location' WHERE NOT EXISTS (SELECT FROM locations WHERE id = :to)
  UNION ALL
  SELECT 3, l.number, '/lines/' || l.number - 1 || CASE WHEN i.tracking = 'none' AND NOT k.is_kit THEN '/lot' ELSE '/sku' END,
    CASE WHEN i.sku IS NULL THEN 'is not in the catalogue' WHEN k.is_kit THEN 'is a kit: name its components instead'
      ELSE 'is not for this item, which is not tracked by lot' END
  FROM jsonb_to_recordset(:lines::jsonb) AS l(number int, sku text, lot text) LEFT JOIN items i ON i.sku = l.sku
    CROSS JOIN LATERAL (SELECT EXISTS (SELECT FROM item_components c WHERE c.kit = l.sku) AS is_kit) k
  WHERE i.sku IS NULL OR k.is_kit OR (l.lot IS NOT NULL AND i.tracking = 'none')
) faults ORDER BY place, number LIMIT 1`;

async function refuseFaults(
  transaction: Transaction,
  given: { from: string; to: string; lines: string },
): Promise<void> {
  const { rows } = await prepared<{ rows: { pointer: string; message: string }[] }>(transaction, FAULTS, given);
  const fault = rows[0];
  if (fault !== undefined)
    throw new Refusal('invalid_request', `${fault.pointer} ${fault.message}`, { errors: [fault] });
}
