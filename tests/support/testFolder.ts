import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { postgresFolder } from '../../runtime/dev/postgresFolder';
import { processIdentity } from '../../runtime/dev/processIdentity';
import { processList, type ProcessList } from '../../runtime/dev/processList';
import { unprivilegedUser } from '../../runtime/dev/unprivilegedUser';

const PREFIX = 'oms-tests-';

/** A folder for the servers of one run, which this process answers for. */
export function makeTestFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), PREFIX));
  // Postgres may run as another user, who has to get through to its data.
  chmodSync(folder, 0o755);
  writeFileSync(join(folder, 'owner'), `${process.pid} ${processIdentity(process.pid)}`);
  return folder;
}

/** What runs for the folder: whoever cleans it up knows what to stop. */
export function testProcesses(folder: string): ProcessList {
  return processList(join(folder, 'processes.json'));
}

export function testPostgresFolder(folder: string): string {
  return postgresFolder(folder, unprivilegedUser());
}

/** Stops the servers of a run and removes all it wrote. */
export async function removeTestFolder(folder: string): Promise<void> {
  await testProcesses(folder).stopLeftovers();
  rmSync(testPostgresFolder(folder), { recursive: true, force: true });
  rmSync(folder, { recursive: true, force: true });
}

/** A run that was killed could not tidy up after itself: the next one does. */
export async function removeAbandonedFolders(): Promise<void> {
  for (const name of readdirSync(tmpdir()).filter((entry) => entry.startsWith(PREFIX))) {
    const folder = join(tmpdir(), name);
    try {
      const [pid, identity] = readFileSync(join(folder, 'owner'), 'utf8').split(' ');
      if (processIdentity(Number(pid)) !== identity) await removeTestFolder(folder);
    } catch {
      // Being made or removed by another run, or another user's.
    }
  }
}
