import { execFile } from 'node:child_process';
import { resolve } from 'node:path';

const ROOT = resolve(__dirname, '../..');
const LIMIT_MS = 300_000;
const MOST_OUTPUT = 64 << 20;
const MOST_TOLD = 5;

interface Report {
  invariants: {
    name: string;
    state: 'holds' | 'broken' | 'unreadable' | 'skipped';
    reason: string | null;
    broken: number;
    breaches: { id: string; what: string }[];
  }[];
}

/**
 * `npm run verify` on a system that runs: a program of its own, which has nothing in common with the driver but the
 * acknowledged ids. @returns what it found, in words; what could not be read counts as found.
 */
export async function runVerify(options: {
  runFile: string;
  acknowledgedFile: string;
  logs: string;
  /** What stands in for the program, in a test. */
  program?: readonly string[];
}): Promise<string[]> {
  const { runFile, acknowledgedFile, logs, program = ['--import', 'tsx', 'verify/main.ts'] } = options;
  const given = ['--run-file', runFile, '--acknowledged', acknowledgedFile, '--logs', logs, '--json'];
  const { code, stdout, stderr } = await run([...program, ...given]);
  const report = parse(stdout);
  if (report === undefined)
    return [`verify ended with ${code} and no report: ${(stderr || stdout).trim().slice(-1000)}`];
  const found = report.invariants.flatMap(({ name, state, reason, broken, breaches }) => {
    if (state === 'unreadable') return [`${name} could not be read: ${reason ?? 'no reason'}`];
    if (state !== 'broken') return [];
    const told = breaches.slice(0, MOST_TOLD).map(({ id, what }) => `${name}: ${id}: ${what}`);
    return broken > told.length ? [...told, `${name}: and ${broken - told.length} more`] : told;
  });
  return found.length === 0 && code !== 0 ? [`verify ended with ${code}, and tells of no breach`] : found;
}

function run(args: readonly string[]): Promise<{ code: number | string; stdout: string; stderr: string }> {
  return new Promise((done) => {
    // Where the system is stands in the run file: nothing of this environment may say otherwise.
    const { DATABASE_URL: _database, TEMPORAL_ADDRESS: _temporal, ...env } = process.env;
    execFile(
      process.execPath,
      [...args],
      { cwd: ROOT, env, timeout: LIMIT_MS, maxBuffer: MOST_OUTPUT },
      (error, stdout, stderr) => done({ code: error === null ? 0 : (error.code ?? error.signal ?? 1), stdout, stderr }),
    );
  });
}

function parse(text: string): Report | undefined {
  try {
    const report = JSON.parse(text) as Partial<Report>;
    return Array.isArray(report.invariants) ? (report as Report) : undefined;
  } catch {
    return undefined;
  }
}
