import type { Knex } from 'knex';
import { DEFAULT_POLICY } from '../../domain/orders/policy';

/** Orders that were put on hold, or left to a person, before such a wait had a deadline: theirs begins now. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(
    `UPDATE orders SET waiting_until = now() + ? * interval '1 millisecond'
     WHERE closed_at IS NULL AND waiting_what IS NOT NULL AND waiting_until IS NULL`,
    [DEFAULT_POLICY.reviewWithinMs],
  );
}

export async function down(): Promise<void> {
  throw new Error('migrations go forward only; restore a backup instead');
}
