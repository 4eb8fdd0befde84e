import { createHash } from 'node:crypto';
import type { Role } from '../domain/auth';
import type { Database } from './connection';
import { prepared } from './prepared';

/** A key as it is kept: its secret is known to its holder alone. */
export interface ApiKey {
  id: string;
  name: string;
  role: Role;
  channel: string;
  createdAt: Date;
  revokedAt: Date | null;
}

const COLUMNS = 'id, name, role, channel, created_at AS "createdAt", revoked_at AS "revokedAt"';

/** Keys are long and random, so a plain hash is enough to keep them by, and to find them by. */
const hashOf = (secret: string): Buffer => createHash('sha256').update(secret).digest();

/** The key that this secret belongs to; undefined when there is none or it was revoked. */
export async function findApiKey(database: Database, secret: string): Promise<ApiKey | undefined> {
  const { rows } = await prepared<{ rows: ApiKey[] }>(
    database,
    `SELECT ${COLUMNS} FROM api_keys WHERE hash = ? AND revoked_at IS NULL`,
    [hashOf(secret)],
  );
  return rows[0];
}

/** Makes the secret a valid key; one that is known already gets what is given here, and is valid again. */
export async function saveApiKey(
  database: Database,
  key: Pick<ApiKey, 'id' | 'name' | 'role' | 'channel'> & { secret: string },
): Promise<ApiKey> {
  const { rows } = await prepared<{ rows: [ApiKey] }>(
    database,
    `INSERT INTO api_keys (id, name, role, channel, hash) VALUES (:id, :name, :role, :channel, :hash)
     ON CONFLICT (hash) DO UPDATE SET name = excluded.name, role = excluded.role, channel = excluded.channel, revoked_at = NULL
     RETURNING ${COLUMNS}`,
    { id: key.id, name: key.name, role: key.role, channel: key.channel, hash: hashOf(key.secret) },
  );
  return rows[0];
}

/** One page by id, which is the order in which they were made. */
export async function listApiKeys(
  database: Database,
  page: { after: string | null; limit: number },
): Promise<ApiKey[]> {
  const { rows } = await prepared<{ rows: ApiKey[] }>(
    database,
    `SELECT ${COLUMNS} FROM api_keys WHERE :after::text IS NULL OR id > :after ORDER BY id LIMIT :limit`,
    { ...page },
  );
  return rows;
}

/** Channels that somebody has a key for. */
export async function listChannels(database: Database): Promise<string[]> {
  const { rows } = await prepared<{ rows: { channel: string }[] }>(
    database,
    'SELECT DISTINCT channel FROM api_keys WHERE revoked_at IS NULL ORDER BY channel',
  );
  return rows.map(({ channel }) => channel);
}

/** @returns false when there is no such key. Revoking twice is the same as once. */
export async function revokeApiKey(database: Database, id: string): Promise<boolean> {
  const { rowCount } = await prepared<{ rowCount: number }>(
    database,
    'UPDATE api_keys SET revoked_at = coalesce(revoked_at, now()) WHERE id = ?',
    [id],
  );
  return rowCount > 0;
}
