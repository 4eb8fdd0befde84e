import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Edit } from './guard';

export interface ScratchCopy {
  path: string;
  /** Makes the edits. @returns what puts the files back. @throws when a guard is not where it is said to be. */
  edit(edits: readonly Edit[]): () => void;
  remove(): void;
}

/** The sources as they are now, in a folder of their own, over the same packages: nothing of the original is touched. */
export function makeScratchCopy(root: string): ScratchCopy {
  const path = mkdtempSync(join(tmpdir(), 'oms-prove-'));
  const listed = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], {
    cwd: root,
    encoding: 'utf8',
    maxBuffer: 64 << 20,
  });
  for (const file of listed.split('\0').filter((name) => name !== '' && existsSync(join(root, name)))) {
    mkdirSync(dirname(join(path, file)), { recursive: true });
    cpSync(join(root, file), join(path, file));
  }
  symlinkSync(join(root, 'node_modules'), join(path, 'node_modules'));
  const programs = join(root, '.oms', 'bin');
  mkdirSync(join(path, '.oms'));
  if (existsSync(programs)) symlinkSync(programs, join(path, '.oms', 'bin'));

  return {
    path,
    edit(edits) {
      const before = new Map<string, string>();
      for (const { file, find, replace } of edits) {
        const text = readFileSync(join(path, file), 'utf8');
        if (text.split(find).length !== 2) throw new Error(`${file} does not hold this once: ${find}`);
        if (!before.has(file)) before.set(file, text);
        writeFileSync(
          join(path, file),
          text.replace(find, () => replace),
        );
      }
      return () => {
        for (const [file, text] of before) writeFileSync(join(path, file), text);
      };
    },
    remove: () => rmSync(path, { recursive: true, force: true }),
  };
}
