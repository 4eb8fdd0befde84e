import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const nameIn = (folder: string) => join(folder, 'disk');
const ballastIn = (folder: string) => join(nameIn(folder), 'ballast');
/** So much stays free when the disk is filled: what a file system keeps for itself, and no page of Postgres. */
const CRUMBS = 64 << 10;

/** A file system of its own that can be filled. @throws where this user may not mount one. */
export function makeSmallDisk(folder: string, megabytes: number): string {
  const disk = nameIn(folder);
  mkdirSync(disk, { recursive: true });
  execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${megabytes}m,mode=0755`, 'tmpfs', disk], { stdio: 'pipe' });
  chmodSync(disk, 0o755);
  return disk;
}

/** Why this machine can't make one; undefined where it can. */
export function whyNoSmallDisk(folder: string): string | undefined {
  try {
    makeSmallDisk(folder, 1);
    removeSmallDisk(folder);
    return undefined;
  } catch {
    return 'mounting a small disk is not permitted here';
  }
}

export function fillDisk(folder: string): void {
  const { bavail, bsize } = statfsSync(nameIn(folder));
  const size = Math.max(0, bavail * bsize - CRUMBS);
  writeFileSync(ballastIn(folder), Buffer.alloc(size));
}

export const freeDisk = (folder: string): void => rmSync(ballastIn(folder), { force: true });

export function removeSmallDisk(folder: string): void {
  if (!existsSync(nameIn(folder))) return;
  try {
    execFileSync('umount', [nameIn(folder)], { stdio: 'pipe' });
  } catch {
    // It was never mounted.
  }
}
