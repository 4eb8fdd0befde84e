import { execFileSync, spawn } from 'node:child_process';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { allInvariants } from '../../verify/allInvariants';
import { runVerify } from '../support/runVerify';
import { startStack, type Stack } from '../support/stack';

const ROOT = resolve(__dirname, '../..');
const VERSION = '4.32.5';
const VENV = join(ROOT, '.oms', `schemathesis-${VERSION}`);
const PROGRAM = join(VENV, 'bin', 'schemathesis');
/** All but what looks for the names of customers: here they are texts such as `0`, which stand everywhere. */
const LOOKED_AT = allInvariants
  .map(({ name }) => name)
  .filter((name) => !['logs', 'histories', 'acknowledged'].includes(name))
  .join(',');

/**
 * `npm run check:fuzz`: Schemathesis against the whole running system, as an admin, as operations, and as two channels that must
 * not see each other's orders. All its checks are on; what is none of ours is in schemathesis.toml, with the reason.
 */
async function main(): Promise<number> {
  install();
  const stack = await startStack({ env: { RATE_LIMIT_PER_MINUTE: '10000000' } });
  try {
    const startedAt = await readStart(stack);
    const { admin, ops, channel } = stack.run().keys;
    const other = await makeChannelKey(stack);
    const runs: [who: string, auth: string, examples: number][] = [
      ['an admin', bearer(admin), 25],
      ['operations', bearer(ops), 10],
      ['two channels', peers(stack.home, { web: channel, other }), 10],
    ];
    let failed = 0;
    for (const [who, auth, examples] of runs) {
      console.log(`\nSchemathesis as ${who}`);
      if ((await runSchemathesis(stack, auth, examples)) !== 0) failed += 1;
    }
    const { exitCode, output } = await runVerify(['--run-file', join(stack.home, 'run.json'), '--only', LOOKED_AT]);
    if (exitCode !== 0) {
      console.error(`what is on record does not add up any more:\n${output}`);
      failed += 1;
    }
    if ((await readStart(stack)) !== startedAt) {
      console.error('the api has died on the way, and was started again');
      failed += 1;
    }
    console.log(
      failed === 0 ? 'Schemathesis has found nothing' : `${failed} of Schemathesis’ runs and what follows them failed`,
    );
    return failed === 0 ? 0 : 1;
  } finally {
    await stack.remove();
  }
}

/** A Python of its own in `.oms`, whole or not at all. */
function install(): void {
  if (existsSync(PROGRAM)) return;
  const run = (program: string, args: string[]) =>
    execFileSync(program, args, { stdio: ['ignore', 'ignore', 'inherit'] });
  try {
    run('python3', ['-m', 'venv', VENV]);
    run(join(VENV, 'bin', 'pip'), ['install', '--quiet', '--disable-pip-version-check', `schemathesis==${VERSION}`]);
  } catch (error) {
    rmSync(VENV, { recursive: true, force: true });
    throw new Error(`Schemathesis needs Python 3.10 or newer with venv and pip: ${(error as Error).message}`);
  }
}

const bearer = (key: string): string => `[auth.openapi.apiKey]\nbearer = "${key}"\n`;

/** In the words of Web Fuzzing Commons: users of which each has what is its own. */
function peers(folder: string, keys: Record<string, string>): string {
  const path = join(folder, 'channels.json');
  const auth = Object.entries(keys).map(([name, key]) => ({
    name,
    fixedHeaders: [{ name: 'Authorization', value: `Bearer ${key}` }],
  }));
  writeFileSync(path, JSON.stringify({ auth }), { mode: 0o600 });
  return `[auth.wfc]\npath = "${path}"\npeers = ${JSON.stringify(Object.keys(keys))}\n`;
}

async function makeChannelKey(stack: Stack): Promise<string> {
  const response = await fetch(`${stack.run().api}/v1/keys`, {
    method: 'POST',
    headers: { authorization: `Bearer ${stack.run().keys.admin}`, 'content-type': 'application/json' },
    body: JSON.stringify({ name: 'other', role: 'channel', channel: 'other' }),
  });
  const { key } = (await response.json()) as { key?: string };
  if (key === undefined) throw new Error(`no key could be made: ${response.status}`);
  return key;
}

function runSchemathesis(stack: Stack, auth: string, examples: number): Promise<number | null> {
  const config = join(stack.home, 'schemathesis.toml');
  writeFileSync(config, `${readFileSync(join(__dirname, 'schemathesis.toml'), 'utf8')}\n${auth}`, { mode: 0o600 });
  const schemathesis = spawn(
    PROGRAM,
    ['--config-file', config, 'run', `${stack.run().api}/openapi.json`, '--checks=all', `--max-examples=${examples}`],
    {
      cwd: stack.home,
      env: { ...process.env, SCHEMATHESIS_HOOKS: join(__dirname, 'hooks.py') },
      stdio: ['ignore', 'inherit', 'inherit'],
    },
  );
  return new Promise((done, fail) => {
    schemathesis.once('error', fail);
    schemathesis.once('exit', done);
  });
}

/** When the api process began. */
async function readStart(stack: Stack): Promise<string | undefined> {
  const metrics = await (await fetch(`${stack.run().api}/metrics`)).text();
  return /^process_start_time_seconds(?:\{.*\})? (\S+)$/m.exec(metrics)?.[1];
}

main().then(
  (code) => process.exit(code),
  (error: unknown) => {
    console.error(error);
    process.exit(1);
  },
);
