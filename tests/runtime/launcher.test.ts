import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { childEnvironment } from '../../runtime/dev/childEnvironment';
import { metricsPorts } from '../../runtime/dev/metricsPorts';
import { loadKeys } from '../../runtime/dev/loadKeys';
import { pickPort } from '../../runtime/dev/pickPort';
import { processIdentity } from '../../runtime/dev/processIdentity';
import { processList } from '../../runtime/dev/processList';
import { readFlags } from '../../runtime/dev/readFlags';
import { readSettings } from '../../runtime/dev/readSettings';
import { takeHome } from '../../runtime/dev/takeHome';
import { wipeHome } from '../../runtime/dev/wipeHome';

let home: string;
beforeEach(() => (home = mkdtempSync(join(tmpdir(), 'oms-home-'))));
afterEach(() => rmSync(home, { recursive: true, force: true }));

describe('flags', () => {
  test('are off unless given', () => {
    expect(readFlags([])).toEqual({ sample: true, reset: false, help: false });
    expect(readFlags(['--no-sample', '--reset'])).toEqual({ sample: false, reset: true, help: false });
  });

  test('that are unknown are named', () => {
    expect(() => readFlags(['--rest'])).toThrow('There is no flag --rest. Known are --no-sample, --reset and --help.');
  });
});

describe('settings of the launcher', () => {
  test('put everything below OMS_HOME, and fetched programs where all instances find them', () => {
    expect(readSettings({ OMS_HOME: home }, '/checkout')).toMatchObject({
      home,
      OMS_WORKERS: 1,
      binFolders: ['/checkout/.oms/bin', join(home, 'bin')],
    });
    expect(readSettings({}, '/checkout').home).toBe('/checkout/.oms');
  });

  test('are refused before anything starts, those of the api and worker too', () => {
    expect(() => readSettings({ OMS_WORKERS: 'many' }, '/checkout')).toThrow(/OMS_WORKERS is wrong \("many"\)/);
    expect(() => readSettings({ PAYMENT_DEADLINE: 'soon' }, '/checkout')).toThrow(/PAYMENT_DEADLINE is wrong/);
  });
});

test('each process of one machine has ports of its own for its metrics', () => {
  const env = { METRICS_PORT: '9464', TEMPORAL_METRICS_PORT: '9480' };
  expect(metricsPorts(env, 0)).toEqual({});
  expect(metricsPorts(env, 1)).toEqual({ METRICS_PORT: '9465', TEMPORAL_METRICS_PORT: '9480' });
  expect(metricsPorts(env, 2)).toEqual({ METRICS_PORT: '9466', TEMPORAL_METRICS_PORT: '9481' });
  expect(metricsPorts({ METRICS_PORT: '0' }, 1)).toEqual({});
  expect(metricsPorts({}, 1)).toEqual({});
});

describe('settings of one kind of process', () => {
  const settings = readSettings(
    { OMS_HOME: '/somewhere', OMS_WORKER_ENV: '{"DATABASE_URL": "postgres://by/another/way", "LOG_LEVEL": "debug"}' },
    '/checkout',
  );
  const ports = { api: 1, sandbox: 2, smtp: 3, postgres: 4, temporal: 5, temporalUi: 6 };
  const where = { databaseUrl: 'postgres://the/usual/way', temporalAddress: 'there:1', temporalUi: 'http://there' };
  const environmentOf = (own: Record<string, string>) =>
    childEnvironment({
      ...{ settings, ports, own, ...where },
      env: { OMS_WORKER_ENV: '{}', DATABASE_URL_FILE: '/secret', LOG_LEVEL: 'info' },
    });

  test('stand above what the launcher decides and what was given to all', () => {
    const env = environmentOf(settings.OMS_WORKER_ENV);
    expect(env).toMatchObject({
      DATABASE_URL: 'postgres://by/another/way',
      LOG_LEVEL: 'debug',
      OMS_HOME: '/somewhere',
    });
    expect(env).not.toHaveProperty('DATABASE_URL_FILE');
    expect(env).not.toHaveProperty('OMS_WORKER_ENV');
  });

  test('reach no process of another kind', () => {
    expect(environmentOf(settings.OMS_API_ENV)).toMatchObject({
      DATABASE_URL: 'postgres://the/usual/way',
      LOG_LEVEL: 'info',
    });
  });

  test('are refused before anything starts, when they are no JSON and when a setting is wrong', () => {
    expect(() => readSettings({ OMS_API_ENV: 'LOG_LEVEL=debug' }, '/checkout')).toThrow(
      'OMS_API_ENV is wrong ("LOG_LEVEL=debug"): must be a JSON object of texts',
    );
    expect(() => readSettings({ OMS_API_ENV: '{"LOG_LEVEL": "loud"}' }, '/checkout')).toThrow(/LOG_LEVEL is wrong/);
  });
});

describe('ports', () => {
  test('are the preferred ones when free, else others, never one twice', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
    const taken = (server.address() as { port: number }).port;
    const instead = await pickPort(taken);
    expect(instead).not.toBe(taken);
    await new Promise((resolve) => server.close(resolve));
    expect(await pickPort(taken)).toBe(taken);
    expect(await pickPort(taken)).not.toBe(taken);
  });
});

describe('a home folder', () => {
  test('is run from by one instance, which the second one is told of', () => {
    const { release } = takeHome(home);
    writeFileSync(join(home, 'run.json'), JSON.stringify({ api: 'http://127.0.0.1:3000' }));
    expect(() => takeHome(home)).toThrow(
      `An instance already runs from ${home}: process ${process.pid}, API at http://127.0.0.1:3000.`,
    );
    release();
    takeHome(home).release();
  });

  test('is free again after a crash, also when the pid went to another process', () => {
    writeFileSync(join(home, 'supervisor.pid'), `${process.pid} 0\n`);
    expect(() => takeHome(home).release()).not.toThrow();
  });

  test('keeps its API keys, readable by their owner alone', () => {
    const path = join(home, 'keys.json');
    const keys = loadKeys(path);
    expect(keys.channel).toMatch(/^oms_channel_[0-9a-f]{32}$/);
    expect(loadKeys(path)).toEqual(keys);
    expect(statSync(path).mode & 0o777).toBe(0o600);
  });

  test('is wiped of what is ours and of nothing else', () => {
    for (const name of ['temporal.db', 'temporal.db-wal', 'keys.json', 'thesis.doc'])
      writeFileSync(join(home, name), '');
    wipeHome({ home, postgres: join(home, 'postgres'), keepKeys: false });
    expect(() => statSync(join(home, 'temporal.db-wal'))).toThrow();
    expect(() => statSync(join(home, 'keys.json'))).toThrow();
    expect(readFileSync(join(home, 'thesis.doc'), 'utf8')).toBe('');
  });
});

describe('the list of processes', () => {
  test('stops what a crashed supervisor left, and no stranger with its pid', async () => {
    const path = join(home, 'processes.json');
    const [left, stranger] = [sleeper(), sleeper()];
    processList(path).add({ name: 'left', pid: left.pid as number, stopSignal: 'SIGTERM' });
    const [entry] = JSON.parse(readFileSync(path, 'utf8')) as object[];
    writeFileSync(path, JSON.stringify([entry, { ...entry, name: 'stranger', pid: stranger.pid, identity: '0' }]));
    const ended = new Promise((resolve) => left.once('exit', (_code, signal) => resolve(signal)));

    expect(await processList(path).stopLeftovers()).toEqual(['left']);
    expect(await ended).toBe('SIGTERM');
    expect(processIdentity(stranger.pid as number)).toBeDefined();
    stranger.kill('SIGKILL');
  });
});

function sleeper() {
  return spawn(process.execPath, ['-e', 'setTimeout(() => {}, 60000)'], { stdio: 'ignore', detached: true });
}
