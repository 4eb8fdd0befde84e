import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Stack } from './stack';

const ROOT = resolve(__dirname, '../..');
const LIMIT_MS = 120_000;

export interface VerifyRun {
  exitCode: number;
  /** What it printed on stdout and stderr. */
  output: string;
}

/** `npm run verify` as a program of its own, with nothing of this one's settings but what is given. */
export function runVerify(args: readonly string[], env: Record<string, string> = {}): Promise<VerifyRun> {
  return new Promise((done) => {
    execFile(
      process.execPath,
      ['--import', 'tsx', resolve(ROOT, 'verify/main.ts'), ...args],
      { cwd: ROOT, env: { PATH: process.env['PATH'], ...env }, timeout: LIMIT_MS, maxBuffer: 1 << 26 },
      (error, stdout, stderr) => {
        const code = error === null ? 0 : error.code;
        done({ exitCode: typeof code === 'number' ? code : -1, output: `${stdout}${stderr}` });
      },
    );
  });
}

/** The same on a whole system that runs. `acknowledged`: the orders that clients were told of. */
export function verifyStack(
  { home }: Pick<Stack, 'home'>,
  acknowledged: readonly string[],
  env: Record<string, string> = {},
): Promise<VerifyRun> {
  const file = join(home, 'acknowledged');
  writeFileSync(file, acknowledged.join('\n'));
  return runVerify(['--run-file', join(home, 'run.json'), '--acknowledged', file], env);
}
