import { createHash } from 'node:crypto';
import { chownSync, existsSync, lstatSync, mkdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { isReachableByAll, type UnixUser } from './unprivilegedUser';

/**
 * Where the embedded Postgres of an OMS_HOME keeps its data: inside of it, unless Postgres has to run as another user
 * who can't get there (a root user's home folder is closed to all). Then it is a folder of that user's own, the same
 * at every start, in /var/tmp, as /tmp is emptied when the machine starts.
 */
export function postgresFolder(home: string, user: UnixUser | undefined): string {
  if (user === undefined || isReachableByAll(existing(home))) return join(home, 'postgres');
  const mark = createHash('sha256').update(home).digest('hex').slice(0, 16);
  return join(existsSync('/var/tmp') ? '/var/tmp' : tmpdir(), `oms-postgres-data-${mark}`);
}

/** Makes the folder for its user alone. */
export function makePostgresFolder(folder: string, user: UnixUser | undefined): void {
  // The folders above it keep the usual mode: that user has to get through them.
  mkdirSync(dirname(folder), { recursive: true });
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const made = lstatSync(folder);
  const allowed = [process.getuid?.() ?? made.uid, user?.uid];
  // Anyone may write to /var/tmp: a folder or link that somebody else put there is not ours to fill.
  if (!made.isDirectory() || !allowed.includes(made.uid)) {
    throw new Error(`Postgres' data would go to ${folder}, which belongs to another user; remove it.`);
  }
  if (user !== undefined) chownSync(folder, user.uid, user.gid);
}

function existing(folder: string): string {
  return existsSync(folder) ? folder : existing(dirname(folder));
}
