import type { SourcingStrategy } from '../../domain/inventory/sourcing/strategy';
import type { Database } from '../connection';
import { prepared, type Transaction } from '../prepared';
import { inTransaction } from '../transaction';

export interface StrategyRecord {
  channel: string;
  /** From 1 on; a version is never changed. */
  version: number;
  strategy: SourcingStrategy;
  comment: string | null;
  active: boolean;
  createdBy: string;
  createdAt: Date;
}

const COLUMNS = `channel, version, strategy, comment, active, created_by AS "createdBy", created_at AS "createdAt"`;

/** By channel, the newest version of each first. */
export async function listStrategies(
  database: Database,
  filter: { channel?: string | undefined },
  page: { after: { channel: string; version: number } | null; limit: number },
): Promise<StrategyRecord[]> {
  const { rows } = await database.raw<{ rows: StrategyRecord[] }>(
    `SELECT ${COLUMNS} FROM sourcing_strategies
     WHERE (:channel::text IS NULL OR channel = :channel)
       AND (:afterChannel::text IS NULL OR channel > :afterChannel OR (channel = :afterChannel AND version < :afterVersion))
     ORDER BY channel, version DESC LIMIT :limit`,
    {
      channel: filter.channel ?? null,
      afterChannel: page.after?.channel ?? null,
      afterVersion: page.after?.version ?? null,
      limit: page.limit,
    },
  );
  return rows;
}

/** Adds the channel's next version; it is a draft, unless it is to be active from now on. */
export async function createStrategy(
  on: Database | Transaction,
  input: { channel: string; strategy: SourcingStrategy; comment: string | null; activate: boolean; actor: string },
): Promise<StrategyRecord> {
  const { channel, strategy, comment, activate, actor } = input;
  return inTransaction(on, async (transaction) => {
    await lockChannel(transaction, channel);
    if (activate) await retireActive(transaction, channel);
    const { rows } = await prepared<{ rows: [StrategyRecord] }>(
      transaction,
      `INSERT INTO sourcing_strategies (channel, version, strategy, comment, active, created_by)
       SELECT :channel::text, coalesce(max(version), 0) + 1, :strategy::jsonb, :comment::text, :activate::boolean, :actor::text
       FROM sourcing_strategies WHERE channel = :channel RETURNING ${COLUMNS}`,
      { channel, strategy: JSON.stringify(strategy), comment, activate, actor },
    );
    return rows[0];
  });
}

/** Makes a version the one that decides from now on. Doing it again changes nothing. @returns undefined when there is no such version. */
export async function activateStrategy(
  on: Database | Transaction,
  { channel, version }: { channel: string; version: number },
): Promise<StrategyRecord | undefined> {
  return inTransaction(on, async (transaction) => {
    await lockChannel(transaction, channel);
    const { rows: found } = await prepared<{ rows: unknown[] }>(
      transaction,
      'SELECT version FROM sourcing_strategies WHERE channel = ? AND version = ?',
      [channel, version],
    );
    if (found.length === 0) return undefined;
    await retireActive(transaction, channel);
    const { rows } = await prepared<{ rows: StrategyRecord[] }>(
      transaction,
      `UPDATE sourcing_strategies SET active = true WHERE channel = ? AND version = ? RETURNING ${COLUMNS}`,
      [channel, version],
    );
    return rows[0];
  });
}

/** Two that add or activate a version of one channel at once do so one after the other. */
const lockChannel = (transaction: Transaction, channel: string): Promise<unknown> =>
  prepared(transaction, `SELECT pg_advisory_xact_lock(hashtextextended('sourcing_strategies:' || ?::text, 0))`, [
    channel,
  ]);

const retireActive = (transaction: Transaction, channel: string): Promise<unknown> =>
  prepared(transaction, 'UPDATE sourcing_strategies SET active = false WHERE channel = ? AND active', [channel]);
