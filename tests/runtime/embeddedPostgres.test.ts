import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { openLog } from '../../runtime/dev/openLog';
import { pickPort } from '../../runtime/dev/pickPort';
import { postgresFolder } from '../../runtime/dev/postgresFolder';
import { createDatabaseIfMissing, preparePostgres } from '../../runtime/dev/preparePostgres';
import { processIdentity } from '../../runtime/dev/processIdentity';
import { startService } from '../../runtime/dev/service';
import { unprivilegedUser } from '../../runtime/dev/unprivilegedUser';

describe('the embedded Postgres', () => {
  let closed: string;
  let folder: string;
  beforeEach(() => {
    closed = mkdtempSync(join(tmpdir(), 'oms-closed-'));
    chmodSync(closed, 0o700);
    folder = postgresFolder(join(closed, '.oms'), unprivilegedUser());
  });
  afterEach(() => {
    rmSync(folder, { recursive: true, force: true });
    rmSync(closed, { recursive: true, force: true });
  });

  test('starts for a home in a folder closed to all others, keeps its data, and makes way for the next one', async () => {
    const prepare = async () =>
      preparePostgres({
        folder,
        port: await pickPort(),
        logFile: openLog(closed, 'postgres'),
        settings: { fsync: 'off' },
      });

    const first = await prepare();
    const running = await startService(first.service);
    await createDatabaseIfMissing(first.urlOf('postgres'), 'oms');
    await createDatabaseIfMissing(first.urlOf('postgres'), 'oms');
    await query(first.urlOf('oms'), 'CREATE TABLE kept AS SELECT 42 AS answer');

    // The first one was left behind by a supervisor that crashed: preparing the second stops it in order.
    const second = await prepare();
    expect(processIdentity(running.pid)).toBeUndefined();
    const again = await startService(second.service);
    expect(await query(second.urlOf('oms'), 'SELECT answer FROM kept')).toEqual([{ answer: 42 }]);
    await again.stop();
    expect(readFileSync(join(closed, 'postgres.log'), 'utf8')).toContain('database system is shut down');
  });

  test('asks for the password', async () => {
    const { service, urlOf } = await preparePostgres({
      folder,
      port: await pickPort(),
      logFile: openLog(closed, 'postgres'),
      settings: { fsync: 'off' },
    });
    const running = await startService(service);
    const wrong = new URL(urlOf('postgres'));
    wrong.password = 'guessed';
    await expect(query(wrong.href, 'SELECT 1')).rejects.toThrow('password authentication failed');
    await running.stop();
  });

  test('says what to do when the programs named are not there', async () => {
    mkdirSync(join(closed, 'bin'));
    const prepare = () =>
      preparePostgres({ folder, port: 1, logFile: join(closed, 'log'), pgBin: join(closed, 'bin') });
    await expect(prepare()).rejects.toThrow(/OMS_PG_BIN is .*no program named postgres[^]*DATABASE_URL=/);
  });
});

async function query(url: string, sql: string): Promise<unknown[]> {
  const client = new pg.Client({ connectionString: url });
  try {
    await client.connect();
    return (await client.query(sql)).rows as unknown[];
  } finally {
    await client.end();
  }
}
