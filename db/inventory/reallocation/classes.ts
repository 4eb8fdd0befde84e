import type { ReallocationClass } from '../../../domain/inventory/reallocation/classes';
import type { Database } from '../../connection';
import { prepared, type Transaction } from '../../prepared';

/** Which class orders are of: those of a channel, those of a priority and above, or both. */
export interface ClassRule {
  /** Null: of every channel. */
  channel: string | null;
  /** Null: of every priority. */
  minimumPriority: number | null;
  class: ReallocationClass;
}

export interface ClassRuleRecord extends ClassRule {
  updatedBy: string;
  updatedAt: Date;
}

/** The class of an order `o`: what a rule for its channel says goes before the others, then the one of the highest priority. */
export const CLASS_OF_ORDER = `coalesce((SELECT r.class FROM reallocation_classes r
  WHERE (r.channel IS NULL OR r.channel = o.channel) AND (r.minimum_priority IS NULL OR r.minimum_priority <= o.priority)
  ORDER BY r.channel NULLS LAST, r.minimum_priority DESC NULLS LAST LIMIT 1), 'keep')`;

const COLUMNS = `channel, minimum_priority AS "minimumPriority", class, updated_by AS "updatedBy", updated_at AS "updatedAt"`;
/** Above any priority that an order can have. */
const LAST = 2_147_483_648;

/** By channel, those for every channel last; then by priority, the highest first. */
export async function listClassRules(
  database: Database,
  page: { after: Pick<ClassRule, 'channel' | 'minimumPriority'> | null; limit: number },
): Promise<ClassRuleRecord[]> {
  const { after, limit } = page;
  const { rows } = await database.raw<{ rows: ClassRuleRecord[] }>(
    `SELECT ${COLUMNS} FROM reallocation_classes
     WHERE :isFirst OR (coalesce(channel, '~') COLLATE "C", coalesce(-minimum_priority::bigint, ${LAST})) > (:channel, :priority::bigint)
     ORDER BY coalesce(channel, '~') COLLATE "C", coalesce(-minimum_priority::bigint, ${LAST}) LIMIT :limit`,
    {
      isFirst: after === null,
      channel: after?.channel ?? '~',
      priority: after?.minimumPriority == null ? LAST : -after.minimumPriority,
      limit,
    },
  );
  return rows;
}

/** Makes the rule, or puts it in the place of the one that there is. */
export async function putClassRule(
  transaction: Transaction,
  rule: ClassRule & { actor: string },
): Promise<ClassRuleRecord> {
  const { rows } = await prepared<{ rows: [ClassRuleRecord] }>(
    transaction,
    `INSERT INTO reallocation_classes (channel, minimum_priority, class, updated_by)
     VALUES (:channel, :minimumPriority, :class, :actor)
     ON CONFLICT ON CONSTRAINT one_class DO UPDATE SET class = excluded.class, updated_by = excluded.updated_by, updated_at = now()
     RETURNING ${COLUMNS}`,
    { ...rule },
  );
  return rows[0];
}

/** @returns false when there is no such rule. */
export async function deleteClassRule(
  database: Database,
  { channel, minimumPriority }: Pick<ClassRule, 'channel' | 'minimumPriority'>,
): Promise<boolean> {
  const { rowCount } = await prepared<{ rowCount: number }>(
    database,
    `DELETE FROM reallocation_classes
     WHERE channel IS NOT DISTINCT FROM :channel::text AND minimum_priority IS NOT DISTINCT FROM :minimumPriority::int`,
    { channel, minimumPriority },
  );
  return rowCount > 0;
}
