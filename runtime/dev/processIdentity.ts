import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

/**
 * When the process of this pid began, or undefined when there is none. A pid alone is no identity: after a crash or
 * in a restarted container the same number belongs to a stranger, who must be neither trusted nor stopped.
 */
export function processIdentity(pid: number): string | undefined {
  if (!Number.isInteger(pid) || pid < 1) return undefined;
  return process.platform === 'linux' ? identityFromProc(pid) : identityFromPs(pid);
}

function identityFromProc(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The command, in brackets, may hold spaces; the fields after it are state (3rd of all) … start time (22nd).
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    // A dead child of a dead parent stays a zombie for good in a container without an init.
    return fields[0] === 'Z' || fields[0] === 'X' ? undefined : fields[19];
  } catch {
    return undefined;
  }
}

function identityFromPs(pid: number): string | undefined {
  try {
    return execFileSync('ps', ['-o', 'lstart=', '-p', String(pid)], { encoding: 'utf8' }).trim() || undefined;
  } catch {
    return undefined;
  }
}
