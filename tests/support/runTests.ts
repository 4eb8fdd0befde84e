import { spawn } from 'node:child_process';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { countResults, type JestResults } from './countResults';
import { makeTestFolder, removeAbandonedFolders, removeTestFolder } from './testFolder';
import { FOLDER_VARIABLE } from './testServers';

const ROOT = resolve(__dirname, '../..');
/** A test that leaves something open would keep jest up for ever after its last result. */
const LINGER_LIMIT_MS = 20_000;

/** `npm test`: jest with whatever arguments were given, then the count alone on the last line. */
async function runTests(args: readonly string[]): Promise<number> {
  await removeAbandonedFolders();
  const folder = makeTestFolder();
  // Beside the folder, which is gone when jest has written its results.
  const resultsFile = `${folder}.json`;
  try {
    const exitCode = await runJest({ args, folder, resultsFile });
    const count = countResults(readResults(resultsFile), exitCode);
    process.stdout.write(`${count.line}\n`);
    return count.exitCode;
  } finally {
    rmSync(resultsFile, { force: true });
    await removeTestFolder(folder);
  }
}

function runJest({
  args,
  folder,
  resultsFile,
}: {
  args: readonly string[];
  folder: string;
  resultsFile: string;
}): Promise<number | null> {
  const jest = spawn(
    process.execPath,
    [join(ROOT, 'node_modules/jest/bin/jest.js'), '--json', `--outputFile=${resultsFile}`, ...args],
    { cwd: ROOT, env: { ...process.env, [FOLDER_VARIABLE]: folder }, stdio: ['ignore', 'inherit', 'inherit'] },
  );
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => jest.kill(signal));
  return new Promise((done, fail) => {
    let seenAt: number | undefined;
    const watch = setInterval(() => {
      if (!existsSync(resultsFile)) return;
      seenAt ??= Date.now();
      if (Date.now() - seenAt < LINGER_LIMIT_MS) return;
      console.error(
        `jest was still up ${LINGER_LIMIT_MS / 1000} s after the last result: some test leaves something open`,
      );
      clearInterval(watch);
      jest.kill('SIGKILL');
    }, 500);
    jest.once('error', fail);
    jest.once('exit', (code) => {
      clearInterval(watch);
      done(code);
    });
  });
}

function readResults(path: string): JestResults | undefined {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as JestResults;
  } catch {
    return undefined;
  }
}

runTests(process.argv.slice(2)).then(
  (exitCode) => process.exit(exitCode),
  (error: unknown) => {
    console.error(error);
    process.stdout.write('0 passed, 1 failed\n');
    process.exit(1);
  },
);
