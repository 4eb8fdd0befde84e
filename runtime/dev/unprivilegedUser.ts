import { readFileSync, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';

export interface UnixUser {
  uid: number;
  gid: number;
}

/** Whom Postgres runs as. It refuses to run as root, so root lends it the account every system has for this: nobody. */
export function unprivilegedUser(): UnixUser | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const line = readFileSync('/etc/passwd', 'utf8').match(/^nobody:[^:]*:(-?\d+):(-?\d+):/m);
  if (line === null) {
    throw new Error(
      'Postgres refuses to run as root, and this system has no account named nobody. Start as another user, or set DATABASE_URL.',
    );
  }
  // macOS writes nobody as -2; the kernel wants it unsigned.
  return { uid: Number(line[1]) >>> 0, gid: Number(line[2]) >>> 0 };
}

/** Whether somebody who owns nothing here can reach the folder: each folder above it must let everyone pass. */
export function isReachableByAll(folder: string): boolean {
  for (let path = resolve(folder); ; path = dirname(path)) {
    if ((statSync(path).mode & 0o001) === 0) return false;
    if (path === dirname(path)) return true;
  }
}
