import { chmodSync, renameSync, writeFileSync } from 'node:fs';

/** A reader sees the old file or the new one, never a half. The mode is set even where the umask would weaken it. */
export function writeFileAtomically(path: string, content: string, mode = 0o600): void {
  const draft = `${path}.${process.pid}.new`;
  writeFileSync(draft, content, { mode });
  chmodSync(draft, mode);
  renameSync(draft, path);
}
