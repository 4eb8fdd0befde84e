import { spawn } from 'node:child_process';
import { readFileSync, rmSync } from 'node:fs';
import { basename, join } from 'node:path';

interface JestResults {
  numPassedTests: number;
  testResults: {
    name: string;
    status: string;
    assertionResults: { fullName: string; status: string }[];
  }[];
}

export interface TestRun {
  passed: number;
  /** Titles of tests that failed. */
  failed: string[];
  /** Files that could not be run, by their names. */
  broken: string[];
  /** Jest's own words, for whoever wants to know why. */
  output: string;
}

/** More than any of these tests takes on a busy machine; a guard that is gone may leave a test waiting for ever. */
const LIMIT_MS = 180_000;
const TEST_TIMEOUT_MS = 45_000;

/** Runs tests in a copy of the sources, with servers of their own. */
export async function runJest(
  folder: string,
  { tests, title }: { tests: readonly string[]; title?: string | undefined },
  limitMs: number = LIMIT_MS,
): Promise<TestRun> {
  const results = join(folder, '.oms', 'results.json');
  rmSync(results, { force: true });
  const jest = spawn(
    process.execPath,
    [
      ...[join(folder, 'node_modules/jest/bin/jest.js'), '--json', `--outputFile=${results}`],
      ...[`--cacheDirectory=${join(folder, '.oms', 'jest')}`, `--testTimeout=${TEST_TIMEOUT_MS}`, '--forceExit'],
      ...(title === undefined ? [] : ['--testNamePattern', title]),
      ...['--runTestsByPath', ...tests],
    ],
    { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] },
  );
  let output = '';
  for (const stream of [jest.stdout, jest.stderr]) stream.on('data', (chunk: Buffer) => (output += chunk.toString()));
  // Asked to end, it takes its servers with it.
  const limit = setTimeout(() => jest.kill('SIGINT'), limitMs);
  await new Promise((resolve) => jest.once('close', resolve));
  clearTimeout(limit);
  return readRun(results, output);
}

function readRun(path: string, output: string): TestRun {
  let results: JestResults;
  try {
    results = JSON.parse(readFileSync(path, 'utf8')) as JestResults;
  } catch {
    return { passed: 0, failed: [], broken: ['jest itself'], output };
  }
  const { testResults, numPassedTests: passed } = results;
  const failed = testResults.flatMap(({ assertionResults }) =>
    assertionResults.filter(({ status }) => status === 'failed').map(({ fullName }) => fullName),
  );
  const broken = testResults
    .filter(({ status, assertionResults }) => status === 'failed' && assertionResults.length === 0)
    .map(({ name }) => basename(name));
  return { passed, failed, broken, output };
}
