import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Keys } from './loadKeys';
import { writeFileAtomically } from './writeFileAtomically';

/** Tells other programs on this machine where everything is. Its shape is part of the HTTP contract. */
export interface RunFile {
  pid: number;
  api: string;
  temporalAddress: string;
  temporalUi: string;
  databaseUrl: string;
  sandbox: string;
  workers: { pid: number }[];
  keys: Keys;
}

const pathIn = (home: string) => join(home, 'run.json');

export function readRunFile(home: string): RunFile | undefined {
  try {
    return JSON.parse(readFileSync(pathIn(home), 'utf8')) as RunFile;
  } catch {
    return undefined;
  }
}

export function writeRunFile(home: string, content: RunFile): void {
  writeFileAtomically(pathIn(home), `${JSON.stringify(content, null, 2)}\n`);
}

export function removeRunFile(home: string): void {
  rmSync(pathIn(home), { force: true });
}
