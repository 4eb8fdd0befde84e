import { Refusal } from '../../../domain/failures';
import { judgeVariance, type CountedLine } from '../../../domain/inventory/counts/judgeVariance';
import { prepared, type Transaction } from '../../prepared';
import { lockCount, readCount, type CountRecord } from './countRecord';
import { postCount } from './postCount';

/**
 * The counting is over: what is within the tolerance is posted at once, all else waits for somebody else.
 * @throws {Refusal} not_found; illegal_transition: lines are not counted; stock_conflict: see `postCount`.
 */
export async function submitCount(transaction: Transaction, id: string, actor: string): Promise<CountRecord> {
  const { tolerance, lines, counted } = await lockCount(transaction, id, ['open']);
  if (counted < lines) await refuseUncounted(transaction, id, lines - counted);
  if (lines === 0) throw new Refusal('illegal_transition', `nothing was counted in ${id}`);
  const beyond = judgeVariance(await readCounted(transaction, id), tolerance);
  await prepared(
    transaction,
    `UPDATE stock_counts SET status = CASE WHEN :beyond::text IS NULL THEN 'posted' ELSE 'awaiting_approval' END,
       submitted_by = :actor, submitted_at = now(), beyond_tolerance = :beyond,
       decided_at = CASE WHEN :beyond::text IS NULL THEN now() END
     WHERE id = :id`,
    { id, actor, beyond },
  );
  if (beyond === null) await postCount(transaction, id, actor);
  return reread(transaction, id);
}

/**
 * Posts what waits for it. Whoever counted can't: two people look at what is off.
 * @throws {Refusal} not_found, illegal_transition; forbidden: the key has counted; stock_conflict: see `postCount`.
 */
export async function approveCount(
  transaction: Transaction,
  id: string,
  by: { actor: string; keyId: string; note: string | null },
): Promise<CountRecord> {
  await lockCount(transaction, id, ['awaiting_approval']);
  const { rows } = await prepared<{ rows: [{ hasCounted: boolean }] }>(
    transaction,
    'SELECT EXISTS (SELECT FROM stock_count_lines WHERE count_id = :id AND counted_key = :keyId) AS "hasCounted"',
    { id, keyId: by.keyId },
  );
  if (rows[0].hasCounted)
    throw new Refusal('forbidden', 'this key has counted: another one has to approve what is off');
  await decide(transaction, id, 'posted', by);
  await postCount(transaction, id, by.actor);
  return reread(transaction, id);
}

/** Nothing is posted. @throws {Refusal} not_found, illegal_transition. */
export async function rejectCount(
  transaction: Transaction,
  id: string,
  by: { actor: string; note: string },
): Promise<CountRecord> {
  await lockCount(transaction, id, ['open', 'awaiting_approval']);
  await decide(transaction, id, 'rejected', by);
  return reread(transaction, id);
}

const decide = (
  transaction: Transaction,
  id: string,
  status: 'posted' | 'rejected',
  { actor, note }: { actor: string; note: string | null },
): Promise<unknown> =>
  prepared(
    transaction,
    'UPDATE stock_counts SET status = :status, decided_by = :actor, decided_at = now(), decision_note = :note WHERE id = :id',
    { id, status, actor, note },
  );

async function refuseUncounted(transaction: Transaction, id: string, missing: number): Promise<void> {
  const { rows } = await prepared<{ rows: { name: string }[] }>(
    transaction,
    `SELECT sku || CASE WHEN lot <> '' THEN ' (lot ' || lot || ')' ELSE '' END AS name FROM stock_count_lines
     WHERE count_id = ? AND counted IS NULL ORDER BY sku, lot LIMIT 5`,
    [id],
  );
  const some = rows.map(({ name }) => name).join(', ');
  const more = missing > rows.length ? ` and ${missing - rows.length} more` : '';
  throw new Refusal('illegal_transition', `count these first: ${some}${more}`);
}

async function readCounted(transaction: Transaction, id: string): Promise<CountedLine[]> {
  const { rows } = await prepared<{ rows: CountedLine[] }>(
    transaction,
    `SELECT l.sku, l.counted, l.on_hand AS "onHand",
       CASE WHEN i.unit_cost IS NOT NULL THEN json_build_object('amount', i.unit_cost, 'currency', i.cost_currency) END AS "unitCost"
     FROM stock_count_lines l JOIN items i ON i.sku = l.sku WHERE l.count_id = ? ORDER BY l.sku, l.lot`,
    [id],
  );
  return rows;
}

async function reread(transaction: Transaction, id: string): Promise<CountRecord> {
  const count = await readCount(transaction, id);
  if (count === undefined) throw new Error(`the count ${id} is gone`);
  return count;
}
