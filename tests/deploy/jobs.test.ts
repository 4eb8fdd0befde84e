import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { connectDatabase } from '../../db/connection';
import { findApiKey } from '../../db/apiKeys';
import { Connection } from '@temporalio/client';
import { postgresUrl, runAsOwner } from '../support/postgres';
import { testServers } from '../support/testServers';
import { searchAttributes } from '../../workflows/shared/searchAttributes';
import { ROOT } from './readCompose';

const DATABASE = `oms_jobs_${process.pid}`;
const NAMESPACE = `jobs-${process.pid}`;
const url = postgresUrl(DATABASE);

/** As a deployment runs it: with one setting, and none of the providers' secrets. */
async function run(program: string, args: string[], env: NodeJS.ProcessEnv): Promise<string> {
  const { stdout } = await promisify(execFile)(process.execPath, ['--import', 'tsx', program, ...args], {
    cwd: ROOT,
    env: { PATH: process.env.PATH, NODE_ENV: 'production', ...env },
  });
  return stdout.trim();
}
const database = (...args: string[]) => run('db/main.ts', args, { DATABASE_URL: url });

beforeAll(() => runAsOwner(`CREATE DATABASE ${DATABASE}`));
afterAll(() => runAsOwner(`DROP DATABASE IF EXISTS ${DATABASE} WITH (FORCE)`));

describe('the jobs of a deployment', () => {
  test('migrate an empty database once, and change nothing when run again', async () => {
    expect(await database('migrate')).toMatch(/^Migrated: 001_orders/);
    expect(await database('migrate')).toBe('The schema is up to date');
  });

  test('fill an empty catalogue, and leave one that has items alone', async () => {
    expect(await database('seed')).toBe('The catalogue was filled with samples');
    expect(await database('seed')).toMatch(/nothing was changed$/);
  });

  test('make a first key that is valid', async () => {
    const secret = await database('create-key', '--role', 'admin', '--name', 'root', '--channel', 'backoffice');
    const pool = connectDatabase({ url, poolSize: 1 });
    expect(await findApiKey(pool, secret)).toMatchObject({ role: 'admin', name: 'root', channel: 'backoffice' });
    await pool.destroy();
  });

  test('say what is missing, and fail', async () => {
    await expect(database('create-key', '--role', 'king')).rejects.toMatchObject({
      code: 1,
      stderr: expect.stringContaining('--role channel|ops|admin'),
    });
    await expect(database('migrat')).rejects.toMatchObject({ code: 2, stderr: expect.stringContaining('Usage') });
    await expect(run('db/main.ts', ['migrate'], {})).rejects.toMatchObject({
      code: 1,
      stderr: expect.stringContaining('DATABASE_URL is not set'),
    });
  });

  test('make the namespace with its retention and search attributes, and again without harm', async () => {
    const { temporalAddress: address } = testServers();
    const prepare = () =>
      run('worker/prepareNamespace.ts', ['--retention-days', '30'], {
        TEMPORAL_ADDRESS: address,
        TEMPORAL_NAMESPACE: NAMESPACE,
      });
    expect(await prepare()).toMatch(/is ready, retention 30 days$/);
    expect(await prepare()).toMatch(/is ready, retention 30 days$/);
    const connection = await Connection.connect({ address });
    const { config } = await connection.workflowService.describeNamespace({ namespace: NAMESPACE });
    expect(Number(config?.workflowExecutionRetentionTtl?.seconds)).toBe(30 * 86_400);
    const { customAttributes } = await connection.operatorService.listSearchAttributes({ namespace: NAMESPACE });
    expect(Object.keys(customAttributes)).toEqual(
      expect.arrayContaining(Object.values(searchAttributes).map(({ name }) => name)),
    );
    await connection.close();
  });
});
