import { Refusal } from '../../../domain/failures';
import { receiveTransfer, type ReceivedUnits } from '../../../domain/inventory/transfers/receiveTransfer';
import { prepared, type Transaction } from '../../prepared';
import { expectStock } from '../expectStock';
import { lockLevels } from '../lockLevels';
import { moveStock } from '../moveStock';
import { pickUnits } from './pickUnits';
import { lockTransfer, type TransferRecord } from './transferRecord';

/**
 * It leaves: on hand falls where it comes from, never below what is reserved there, and incoming rises where it goes to.
 * @throws {Refusal} not_found; illegal_transition: it is no draft any more; stock_conflict: too little is there.
 */
export async function shipTransfer(transaction: Transaction, id: string, actor: string): Promise<TransferRecord> {
  const transfer = await lockTransfer(transaction, id);
  refuseUnless(transfer, ['draft'], 'shipped');
  const { from, to, lines } = transfer;
  await lockLevels(
    transaction,
    lines.flatMap(({ sku }) => [
      { sku, location: from },
      { sku, location: to },
    ]),
  );
  const units = await pickUnits(transaction, transfer);
  await moveStock(
    transaction,
    units.flatMap(({ sku, lot, shipped }) => [
      { sku, location: from, onHand: -shipped, ...(lot === '' ? {} : { lot }) },
      { sku, location: to, incoming: shipped },
    ]),
    { reason: 'transfer_shipped', document: id, actor },
  );
  await prepared(
    transaction,
    `WITH sent AS (
       INSERT INTO transfer_parcels (transfer_id, number, lot, expires_on, shipped)
       SELECT :id, u.number, u.lot, u."expiresOn", u.shipped
       FROM jsonb_to_recordset(:units::jsonb) AS u(number int, lot text, "expiresOn" date, shipped bigint)
     )
     UPDATE transfers SET status = 'shipped', shipped_at = now() WHERE id = :id`,
    { id, units: JSON.stringify(units) },
  );
  return expectRest(transaction, id);
}

export interface TransferReceipt {
  lines: ReceivedUnits[];
  /** Why nothing more will come: closes the transfer, what is missing is written off. */
  shortReason: string | null;
}

/**
 * What has come: incoming falls and on hand rises. The rest stays under way, until a receipt says that it will not come.
 * @throws {Refusal} not_found; illegal_transition: nothing is under way; stock_conflict: more has come than is under way.
 */
export async function receiveTransferUnits(
  transaction: Transaction,
  id: string,
  { lines, shortReason }: TransferReceipt,
  actor: string,
): Promise<TransferRecord> {
  const transfer = await lockTransfer(transaction, id);
  refuseUnless(transfer, ['shipped', 'partly_received'], 'received');
  const sent = transfer.lines.flatMap(({ number, sku, units }) => units.map((part) => ({ number, sku, ...part })));
  const receipt = receiveTransfer(sent, { lines, isLast: shortReason !== null });
  if (receipt.fault !== null) throw new Refusal('stock_conflict', receipt.fault);
  const location = transfer.to;
  await lockLevels(
    transaction,
    [...receipt.arrived, ...receipt.missing].map(({ sku }) => ({ sku, location })),
  );
  await moveStock(
    transaction,
    receipt.arrived.map(({ sku, lot, expiresOn, units }) => ({
      ...{ sku, location, onHand: units, incoming: -units },
      ...(lot === null ? {} : { lot }),
      ...(expiresOn === null ? {} : { expiresOn }),
    })),
    { reason: 'transfer_received', document: id, actor },
  );
  await moveStock(
    transaction,
    receipt.missing.map(({ sku, units }) => ({ sku, location, incoming: -units })),
    { reason: 'transfer_short', document: id, actor },
  );
  const isShort = receipt.status === 'received_short';
  await prepared(transaction, RECEIVE, {
    ...{ id, status: receipt.status, shortReason: isShort ? shortReason : null },
    closed: receipt.status !== 'partly_received',
    arrived: JSON.stringify(receipt.arrived),
    missing: JSON.stringify(receipt.missing),
  });
  return expectRest(transaction, id);
}

/** What is still under way can be promised by the day on which the transfer is to arrive. */
async function expectRest(transaction: Transaction, id: string): Promise<TransferRecord> {
  const transfer = await lockTransfer(transaction, id);
  const { expectedAt, lines, to: location } = transfer;
  if (expectedAt === null) return transfer;
  const rest = lines.map(({ number, sku, units }) => ({
    ...{ document: id, line: number, sku, location, expectedAt: expectedAt.toISOString() },
    units: units.reduce((sum, { shipped, received, short }) => sum + shipped - received - short, 0),
  }));
  await expectStock(transaction, ...rest);
  return transfer;
}

const RECEIVE = `
WITH parts AS (
  SELECT number, coalesce(lot, '') AS lot, sum(arrived)::bigint AS arrived, sum(missing)::bigint AS missing FROM (
    SELECT number, lot, units AS arrived, 0 AS missing FROM jsonb_to_recordset(:arrived::jsonb) AS a(number int, lot text, units bigint)
    UNION ALL
    SELECT number, lot, 0, units FROM jsonb_to_recordset(:missing::jsonb) AS m(number int, lot text, units bigint)
  ) every GROUP BY 1, 2
), booked AS (
  UPDATE transfer_parcels p SET received = p.received + parts.arrived, short = p.short + parts.missing
  FROM parts WHERE p.transfer_id = :id AND p.number = parts.number AND p.lot = parts.lot
)
UPDATE transfers SET status = :status, short_reason = :shortReason, closed_at = CASE WHEN :closed::boolean THEN now() END WHERE id = :id`;

/** @throws {Refusal} not_found; illegal_transition: it was shipped. */
export async function cancelTransfer(transaction: Transaction, id: string): Promise<TransferRecord> {
  refuseUnless(await lockTransfer(transaction, id), ['draft'], 'cancelled');
  await prepared(transaction, `UPDATE transfers SET status = 'cancelled', closed_at = now() WHERE id = ?`, [id]);
  return lockTransfer(transaction, id);
}

function refuseUnless({ id, status }: TransferRecord, allowed: TransferRecord['status'][], what: string): void {
  if (!allowed.includes(status))
    throw new Refusal('illegal_transition', `the transfer ${id} is ${status} and can't be ${what}`);
}
