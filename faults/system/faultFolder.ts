import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { processIdentity } from '../../runtime/dev/processIdentity';
import { processList, type ProcessList } from '../../runtime/dev/processList';
import { removeSmallDisk } from './smallDisk';

const PREFIX = 'oms-faults-';

/** A folder for one system, which this process answers for. */
export function makeFaultFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), PREFIX));
  // Postgres may run as another user, who has to get through to its data.
  chmodSync(folder, 0o755);
  writeFileSync(join(folder, 'owner'), `${process.pid} ${processIdentity(process.pid)}`);
  return folder;
}

/** What runs for the folder: whoever cleans it up knows what to stop. */
export const faultProcesses = (folder: string): ProcessList => processList(join(folder, 'servers.json'));

export async function removeFaultFolder(folder: string): Promise<void> {
  await faultProcesses(folder).stopLeftovers();
  removeSmallDisk(folder);
  rmSync(folder, { recursive: true, force: true });
}

/** A run that was killed could not tidy up after itself: the next one does. */
export async function removeAbandonedFolders(): Promise<void> {
  for (const name of readdirSync(tmpdir()).filter((entry) => entry.startsWith(PREFIX))) {
    const folder = join(tmpdir(), name);
    try {
      const [pid, identity] = readFileSync(join(folder, 'owner'), 'utf8').split(' ');
      if (processIdentity(Number(pid)) !== identity) await removeFaultFolder(folder);
    } catch {
      // Being made or removed by another run, or another user's.
    }
  }
}
