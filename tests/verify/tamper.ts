import pg from 'pg';

/** Rules of the tables that would keep a breach from being planted. */
const GUARDS: [table: string, constraint: string][] = [
  ['stock_levels', 'stock_levels_on_hand_check'],
  ['stock_levels', 'stock_levels_reserved_check'],
  ['stock_levels', 'never_oversold'],
  ['stock_levels', 'what_is_picked_is_reserved'],
  ['orders', 'legal_transition'],
  ['order_lines', 'every_unit_in_one_state'],
];

export interface Tamper {
  /** Changes rows behind the back of every trigger, foreign key and check. */
  run(sql: string, values?: unknown[]): Promise<void>;
  /** All rows as they were at the beginning. */
  restore(): Promise<void>;
  close(): Promise<void>;
}

/** Hands on a scratch database that no rule of it holds back. */
export async function openTamper(databaseUrl: string): Promise<Tamper> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  await client.query('SET session_replication_role = replica');
  for (const [table, constraint] of GUARDS) await client.query(`ALTER TABLE ${table} DROP CONSTRAINT ${constraint}`);
  const { rows } = await client.query<{ name: string; columns: string }>(
    `SELECT relname AS name, (SELECT string_agg(quote_ident(attname), ', ') FROM pg_attribute
       WHERE attrelid = pg_class.oid AND attnum > 0 AND NOT attisdropped AND attgenerated = '') AS columns FROM pg_class
     WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' AND relname NOT LIKE 'knex%'`,
  );
  await client.query('CREATE SCHEMA kept');
  for (const { name } of rows) await client.query(`CREATE TABLE kept.${name} AS TABLE public.${name}`);
  return {
    run: async (sql, values) => void (await client.query(sql, values)),
    async restore() {
      await client.query('BEGIN');
      for (const { name, columns } of rows) {
        await client.query(`DELETE FROM public.${name}`);
        await client.query(
          `INSERT INTO public.${name} (${columns}) OVERRIDING SYSTEM VALUE SELECT ${columns} FROM kept.${name}`,
        );
      }
      await client.query('COMMIT');
    },
    close: () => client.end(),
  };
}
