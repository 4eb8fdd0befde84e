import { Refusal } from '../../../domain/failures';
import {
  decideSync,
  type OutsideLevel,
  type OwnLevel,
  type SyncDecision,
} from '../../../domain/inventory/outsideLevel';
import type { Database } from '../../connection';
import { prepared, type Transaction } from '../../prepared';
import { inTransaction } from '../../transaction';
import { lockLevels } from '../lockLevels';
import { moveStock } from '../moveStock';

export interface SyncCounts {
  read: number;
  applied: number;
  unchanged: number;
  /** Older than what was taken over already. */
  stale: number;
  problems: number;
}

const WHY = { reason: 'synced', actor: 'stock-sync' };

/**
 * Takes over what an outside system says is on hand. Each level that has to change does so in a transaction of its own: decided
 * again when its row is locked, so that an order in between is not undone. What can't be taken over is kept with the reason, and
 * the level stays. Doing it again changes nothing more. `document`: names the run.
 */
export async function applyLevels(
  database: Database,
  levels: readonly OutsideLevel[],
  document: string,
): Promise<SyncCounts> {
  const counts: SyncCounts = { read: levels.length, applied: 0, unchanged: 0, stale: 0, problems: 0 };
  const own = await readOwn(database, levels);
  const settled: { level: OutsideLevel; problem: string | null }[] = [];
  for (const level of levels) {
    const ours = own.get(keyOf(level));
    let decision: SyncDecision =
      ours === undefined ? { kind: 'problem', problem: 'there is no such item or location' } : decideSync(level, ours);
    if (decision.kind === 'move') decision = await applyLevel(database, level, document);
    if (decision.kind === 'move') counts.applied += 1;
    else if (decision.kind === 'problem') counts.problems += 1;
    else counts[decision.kind] += 1;
    if (decision.kind === 'unchanged') settled.push({ level, problem: null });
    if (decision.kind === 'problem') settled.push({ level, problem: decision.problem });
  }
  await note(database, settled, document);
  return counts;
}

/** One level, decided as it is when it is locked. @returns a move where it was made. */
async function applyLevel(database: Database, level: OutsideLevel, document: string): Promise<SyncDecision> {
  try {
    return await inTransaction(database, async (transaction) => {
      await lockLevels(transaction, [level]);
      const ours = (await readOwn(transaction, [level])).get(keyOf(level));
      if (ours === undefined) throw new Error('a level that is locked is gone');
      const decision = decideSync(level, ours);
      if (decision.kind !== 'move') return decision;
      const { sku, location } = level;
      await moveStock(transaction, [{ sku, location, onHand: decision.units }], { ...WHY, document });
      await note(transaction, [{ level, problem: null }], document);
      return decision;
    });
  } catch (error) {
    // Such as an item that is counted by lot, which the outside system does not tell.
    if (error instanceof Refusal) return { kind: 'problem', problem: error.message };
    throw error;
  }
}

/** A level that is new here counts as empty; of an item or location that there is not, there is none. */
async function readOwn(on: Database | Transaction, levels: readonly OutsideLevel[]): Promise<Map<string, OwnLevel>> {
  const { rows } = await prepared<{ rows: (OwnLevel & { sku: string; location: string })[] }>(
    on,
    `SELECT g.sku, g.location, coalesce(s.on_hand, 0) AS "onHand", coalesce(s.reserved + s.damaged + s.quality_hold, 0) AS held,
       (SELECT coalesce(sum(m.on_hand_delta), 0)::bigint FROM stock_movements m
        WHERE m.sku = g.sku AND m.location = g.location AND m.at > least(g.as_of, now()) AND m.on_hand_delta <> 0 AND m.reason <> 'synced') AS since,
       (extract(epoch FROM k.as_of) * 1000)::float8 AS "syncedTo"
     FROM jsonb_to_recordset(:levels::jsonb) AS g(sku text, location text, as_of timestamptz)
     JOIN items i ON i.sku = g.sku JOIN locations p ON p.id = g.location
     LEFT JOIN stock_levels s ON s.sku = g.sku AND s.location = g.location
     LEFT JOIN stock_sync_levels k ON k.sku = g.sku AND k.location = g.location`,
    { levels: JSON.stringify(levels.map(({ sku, location, asOf }) => ({ sku, location, as_of: asOf }))) },
  );
  return new Map(rows.map((row) => [keyOf(row), row]));
}

/** Keeps what was said last of each level; sorted, so that two runs at once can't wait for each other. */
async function note(
  on: Database | Transaction,
  settled: readonly { level: OutsideLevel; problem: string | null }[],
  document: string,
): Promise<void> {
  if (settled.length === 0) return;
  await prepared(
    on,
    `INSERT INTO stock_sync_levels AS k (sku, location, on_hand, as_of, problem, document)
     SELECT DISTINCT ON (g.sku, g.location) g.sku, g.location, g.on_hand, least(g.as_of, now()), g.problem, :document
     FROM jsonb_to_recordset(:settled::jsonb) AS g(sku text, location text, on_hand bigint, as_of timestamptz, problem text)
     ORDER BY g.sku, g.location, g.as_of DESC
     ON CONFLICT (sku, location) DO UPDATE SET on_hand = excluded.on_hand, as_of = excluded.as_of, problem = excluded.problem,
       document = excluded.document, at = now() WHERE k.as_of <= excluded.as_of`,
    {
      document,
      settled: JSON.stringify(
        settled.map(({ level: { sku, location, onHand, asOf }, problem }) => ({
          ...{ sku, location, problem },
          on_hand: onHand,
          as_of: asOf,
        })),
      ),
    },
  );
}

const keyOf = ({ sku, location }: { sku: string; location: string }): string => `${sku}\n${location}`;
