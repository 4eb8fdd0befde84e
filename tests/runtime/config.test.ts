import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadConfig } from '../../runtime/config';

const GOOD = { DATABASE_URL: 'postgres://oms:secret@127.0.0.1:5432/oms' };

describe('settings', () => {
  test('have a default each, but for the database', () => {
    expect(loadConfig(GOOD)).toMatchObject({ API_PORT: 3000, TASK_QUEUE: 'orders', TEMPORAL_NAMESPACE: 'default' });
    expect(() => loadConfig({})).toThrow(/DATABASE_URL is not set: give the Postgres to use/);
  });

  test.each([
    ['DATABASE_URL', 'mysql://127.0.0.1/oms', 'must be a Postgres address'],
    ['TEMPORAL_ADDRESS', 'http://127.0.0.1', 'must be host:port'],
    ['API_PORT', '70000', '65535'],
    ['API_PORT', 'many', 'number'],
    ['LOG_LEVEL', 'loud', '"info"'],
    ['PAYMENT_GATEWAY_URL', 'gateway', 'must be the address of the payment gateway'],
    ['SMTP_URL', 'http://mail', 'must be an SMTP server'],
    ['PAYMENT_DEADLINE', 'tomorrow', 'must be a duration such as 30m'],
    ['DATABASE_POOL', '0', '>=1'],
  ])('name %s when it is %s, and say how to mend it', (name, value, hint) => {
    const read = () => loadConfig({ ...GOOD, [name]: value });
    expect(read).toThrow(new RegExp(`^These settings have to be mended.*\\n.*${name} is wrong`));
    expect(read).toThrow(hint);
    expect(read).toThrow(value);
  });

  test('are all told at once', () => {
    const read = () => loadConfig({ API_PORT: '-1', LOG_LEVEL: 'loud' });
    expect(read).toThrow('DATABASE_URL');
    expect(read).toThrow('API_PORT');
    expect(read).toThrow('LOG_LEVEL');
  });

  test('that are secret are never repeated in a complaint', () => {
    const read = () => loadConfig({ ...GOOD, CARRIER_KEY: 'too-short' });
    expect(read).toThrow(/CARRIER_KEY is wrong \(the value given\): must have at least 16 characters/);
    expect(read).not.toThrow('too-short');
  });

  test("refuse the sandbox's own secrets in production", () => {
    expect(() => loadConfig({ ...GOOD, NODE_ENV: 'production' })).toThrow(/PAYMENT_GATEWAY_KEY.*refused in production/);
  });

  test.each([
    ['STOCK_SOURCE_URL', 'STOCK_SOURCE_KEY'],
    ['STOCK_SINK_URL', 'STOCK_SINK_SECRET'],
  ])('with %s need %s', (address, needed) => {
    const settings = { ...GOOD, [address]: 'https://stock.example/v1' };
    expect(() => loadConfig(settings)).toThrow(`${address} needs a ${needed}`);
    expect(() => loadConfig({ ...settings, [needed]: 'a-secret-of-ours-1' })).not.toThrow();
  });

  test('can be given in a file, and a file that is missing is named', () => {
    const folder = mkdtempSync(join(tmpdir(), 'oms-config-'));
    const file = join(folder, 'url');
    writeFileSync(file, `${GOOD.DATABASE_URL}\n`);
    expect(loadConfig({ DATABASE_URL_FILE: file }).DATABASE_URL).toBe(GOOD.DATABASE_URL);
    rmSync(folder, { recursive: true });
    expect(() => loadConfig({ DATABASE_URL_FILE: file })).toThrow(`DATABASE_URL_FILE names ${file}`);
  });
});
