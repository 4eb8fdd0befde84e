import type { Database } from '../connection';

export interface LostAnswer {
  key: string;
  orderId: string;
}

/** Orders that an answer kept for repeats tells of, and that are not on record: acknowledged, and lost. */
export async function findLostAnswers(database: Database): Promise<{ checked: number; found: LostAnswer[] }> {
  const given = `SELECT key, (body #>> '{}')::jsonb ->> 'id' AS order_id FROM idempotency_keys
    WHERE route = 'POST /v1/orders' AND status BETWEEN 200 AND 202`;
  const { rows: found } = await database.raw<{ rows: LostAnswer[] }>(
    `SELECT a.key, a.order_id AS "orderId" FROM (${given}) a
     WHERE NOT EXISTS (SELECT FROM orders o WHERE o.id = a.order_id) ORDER BY a.key`,
  );
  const { rows } = await database.raw<{ rows: [{ answers: number }] }>(
    `SELECT count(*)::int AS answers FROM (${given}) a`,
  );
  return { checked: rows[0].answers, found };
}
