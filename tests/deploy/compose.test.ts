import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DCLinter } from 'dclint';
import { loadConfig } from '../../runtime/config';
import { configSchema } from '../../runtime/settings';
import { builtPrograms, COMPOSE_FILE, readCompose, ROOT } from './readCompose';

const { services, secrets } = readCompose();
const all = Object.entries(services);
const JOBS = ['temporal-schema', 'temporal-namespace', 'migrate', 'seed'];
const lasting = all.filter(([name]) => !JOBS.includes(name));

/** Its own types are written for another kind of module than this one. */
const Linter = DCLinter as unknown as new (config: { rules: Record<string, number> }) => {
  lintFiles(paths: string[], recursive: boolean): { messages: { rule: string }[] }[];
};
// The services stand in the order in which they start, and their keys in the order in which one reads them.
const linter = new Linter({
  rules: { 'service-keys-order': 0, 'services-alphabetical-order': 0, 'top-level-properties-order': 0 },
});
const lint = (file: string) => linter.lintFiles([file], false).flatMap(({ messages }) => messages);

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'oms-compose-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

describe('docker-compose.yml', () => {
  test('is valid by the schema of the Compose Specification, and lints clean', () => {
    expect(lint(COMPOSE_FILE)).toEqual([]);
  });

  test('would be refused with a key that is misspelt', () => {
    const file = join(folder, 'compose.yml');
    writeFileSync(file, readFileSync(COMPOSE_FILE, 'utf8').replace('stop_grace_period', 'stop_grace_time'));
    expect(lint(file)).toMatchObject([{ rule: 'invalid-schema' }]);
  });

  test.each(['api', 'worker'])('gives the %s no setting that does not exist', (name) => {
    const known = Object.keys(configSchema.shape).flatMap((setting) => [setting, `${setting}_FILE`]);
    expect(known).toEqual(expect.arrayContaining(Object.keys(services[name]?.environment ?? {})));
  });

  test.each(['api', 'worker'])('gives the %s all that it wants in production', (name) => {
    const env = { ...services[name]?.environment };
    for (const [setting, value] of Object.entries(env)) {
      env[setting] = value.replace(/^\$\{\w+:-(.*)\}$/, '$1');
      if (!setting.endsWith('_FILE')) continue;
      env[setting] = join(folder, setting);
      writeFileSync(
        join(folder, setting),
        setting === 'DATABASE_URL_FILE' ? 'postgres://postgres/oms' : 'x'.repeat(48),
      );
    }
    expect(loadConfig(env)).toMatchObject({
      NODE_ENV: 'production',
      API_HOST: '0.0.0.0',
      TEMPORAL_ADDRESS: 'temporal:7233',
    });
  });

  test('mounts each secret that a service reads, and makes each that is mounted', () => {
    for (const [, { environment = {}, command = [], secrets: mounted = [] }] of all) {
      const text = [...Object.values(environment), ...command].join(' ');
      const read = [...text.matchAll(/\/run\/secrets\/(\w+)/g)].map(([, secret]) => secret);
      expect([...new Set(read)].sort()).toEqual([...mounted].sort());
    }
    const script = readFileSync(join(ROOT, 'deploy/make-secrets.sh'), 'utf8');
    const made = [...script.matchAll(/^keep (\w+) /gm)].map(([, secret]) => secret);
    expect(made.sort()).toEqual(Object.keys(secrets).sort());
    expect(Object.values(secrets).every(({ file }) => file.startsWith('deploy/secrets/'))).toBe(true);
  });

  test('holds no secret itself', () => {
    const values = all.flatMap(([, { environment = {} }]) => Object.entries(environment));
    const open = values.filter(([name]) => /PASSWORD|PWD|KEY|SECRET|TOKEN/.test(name) && !name.endsWith('_FILE'));
    expect(open).toEqual([]);
  });

  test('opens ports to this machine alone', () => {
    const ports = all.flatMap(([, service]) => service.ports ?? []);
    expect(ports.length).toBeGreaterThan(0);
    expect(ports.filter((port) => !port.startsWith('127.0.0.1:'))).toEqual([]);
  });

  test('names a version of each image, the same for the server of Temporal and its tools', () => {
    expect(all.filter(([, { image }]) => !/:(v?\d+\.\d+|local$)/.test(image))).toEqual([]);
    const version = (name: string) => services[name]?.image.split(':')[1];
    expect(version('temporal')).toBe(version('temporal-schema'));
  });

  test('runs programs that the build makes', () => {
    const programs = all.flatMap(([, { command = [] }]) => command.join(' ').match(/dist\/\S+\.js/g) ?? []);
    expect(programs.length).toBeGreaterThanOrEqual(5);
    expect(builtPrograms()).toEqual(expect.arrayContaining(programs));
  });

  test('starts what lasts again, and a job only when it failed', () => {
    expect(lasting.filter(([, { restart }]) => restart !== 'unless-stopped')).toEqual([]);
    expect(JOBS.filter((name) => !services[name]?.restart?.startsWith('on-failure'))).toEqual([]);
  });

  test('bounds what each service may use', () => {
    expect(lasting.filter(([, { deploy }]) => deploy?.resources.limits.memory === undefined)).toEqual([]);
  });

  test('migrates before it takes orders, and takes orders without Temporal', () => {
    expect(services['api']?.depends_on).toEqual({ migrate: { condition: 'service_completed_successfully' } });
    expect(services['worker']?.depends_on).toMatchObject({ migrate: { condition: 'service_completed_successfully' } });
  });

  test('gives a worker longer to stop than it takes at most', () => {
    const limit = /name: 'worker', limitMs: ([\d_]+)/.exec(readFileSync(join(ROOT, 'worker/main.ts'), 'utf8'))?.[1];
    const grace = Number(services['worker']?.stop_grace_period?.replace('s', '')) * 1000;
    expect(grace).toBeGreaterThan(Number(limit?.replaceAll('_', '')) + 5_000);
  });

  test('starts the sandbox in the demonstration alone, and what watches only where it is asked for', () => {
    const ofProfile = (profile: string) =>
      all.filter(([, { profiles }]) => profiles?.includes(profile)).map(([name]) => name);
    expect(ofProfile('demo')).toEqual(['seed', 'sandbox']);
    expect(ofProfile('observability')).toEqual(['prometheus', 'grafana']);
  });

  test('mounts files that are there', () => {
    const mounted = all.flatMap(([, { volumes = [] }]) => volumes.map((volume) => volume.split(':')[0] ?? ''));
    const files = mounted.filter((path) => path.startsWith('./'));
    expect(files.length).toBeGreaterThan(4);
    expect(files.filter((path) => !existsSync(join(ROOT, path)))).toEqual([]);
  });
});
