import { once } from 'node:events';
import { createServer, type AddressInfo, type Server } from 'node:net';
import { brokenConstraint, connectDatabase, isDatabaseAway, type Database } from '../../db/connection';
import { prepared, type Transaction } from '../../db/prepared';
import { inTransaction } from '../../db/transaction';
import { Refusal } from '../../domain/failures';
import { openBackroom, type Backroom } from './backroom';

let room: Backroom;
beforeAll(async () => {
  room = await openBackroom();
});
afterAll(() => room.close());

/** What a piece of work failed with. */
async function failure(work: Promise<unknown>): Promise<unknown> {
  try {
    await work;
  } catch (error) {
    return error;
  }
  throw new Error('it was to fail, and did not');
}

/** A server that treats everyone who connects the same way. */
async function listen(treat: (server: Server) => void): Promise<{ url: string; close: () => void }> {
  const server = createServer();
  treat(server);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `postgres://u:p@127.0.0.1:${(server.address() as AddressInfo).port}/d`,
    close: () => void server.close(),
  };
}

async function queryAt(url: string): Promise<unknown> {
  const database = connectDatabase({ url, poolSize: 1 });
  try {
    return await failure(database.raw('SELECT 1'));
  } finally {
    await database.destroy();
  }
}

const failureOf = (work: (transaction: Transaction) => Promise<unknown>) => failure(inTransaction(room.database, work));

describe('the database counts as away', () => {
  test('when nothing listens at its address', async () => {
    const { url, close } = await listen(() => undefined);
    close();
    expect(isDatabaseAway(await queryAt(url))).toBe(true);
  });

  test('when its name is not known', async () => {
    expect(isDatabaseAway(await queryAt('postgres://u:p@no-such-host.invalid/d'))).toBe(true);
  });

  test.each([['EAI_AGAIN'], ['EHOSTUNREACH'], ['ENETUNREACH'], ['ECONNABORTED']])(
    'when the network says %s, as it does while a cluster moves the database or its names',
    (code) => {
      expect(isDatabaseAway(Object.assign(new Error(`connect ${code}`), { code }))).toBe(true);
    },
  );

  test('when whoever listens hangs up', async () => {
    const { url, close } = await listen((server) => server.on('connection', (socket) => socket.destroy()));
    expect(isDatabaseAway(await queryAt(url))).toBe(true);
    close();
  });

  test('when whoever listens says nothing', async () => {
    const { url, close } = await listen((server) =>
      server.on('connection', (socket) => socket.on('error', () => undefined)),
    );
    expect(isDatabaseAway(await queryAt(url))).toBe(true);
    close();
  }, 20_000);

  test('when the connection is ended in the middle of a statement', async () => {
    const error = await failureOf(async (transaction) => {
      const { rows } = await prepared<{ rows: [{ pid: number }] }>(transaction, 'SELECT pg_backend_pid() AS pid');
      const asleep = prepared(transaction, 'SELECT pg_sleep(10)');
      const ended = room.rows('SELECT pg_terminate_backend(?)', [rows[0].pid]);
      await Promise.all([asleep, ended]);
    });
    expect(isDatabaseAway(error)).toBe(true);
  });

  test.each([
    ['a statement takes too long', `SET LOCAL statement_timeout = 20`, 'SELECT pg_sleep(5)', '57014'],
    ['it has become read-only', `SET LOCAL transaction_read_only = on`, `INSERT INTO items VALUES ('A', 'a')`, '25006'],
  ])('when %s', async (_what, setting, statement, code) => {
    const error = await failureOf(async (transaction) => {
      await prepared(transaction, setting);
      await prepared(transaction, statement);
    });
    expect(error).toMatchObject({ code });
    expect(isDatabaseAway(error)).toBe(true);
  });

  test('when a lock is not to be had in time', async () => {
    const error = await room.database.transaction(async (holder) => {
      await holder.raw('LOCK TABLE items IN ACCESS EXCLUSIVE MODE');
      return failureOf(async (transaction) => {
        await prepared(transaction, 'SET LOCAL lock_timeout = 20');
        await prepared(transaction, 'SELECT 1 FROM items');
      });
    });
    expect(error).toMatchObject({ code: '55P03' });
    expect(isDatabaseAway(error)).toBe(true);
  });

  test('when a transaction was idle for too long', async () => {
    const error = await failureOf(async (transaction) => {
      await prepared(transaction, 'SET LOCAL idle_in_transaction_session_timeout = 20');
      await new Promise((resolve) => setTimeout(resolve, 150));
      await prepared(transaction, 'SELECT 1');
    });
    expect(isDatabaseAway(error)).toBe(true);
  });
});

describe('the database does not count as away', () => {
  test.each([
    ['a statement that makes no sense', 'SELEC 1'],
    ['a table that is not there', 'SELECT * FROM no_such_table'],
    ['a broken rule', `INSERT INTO stock_levels (sku, location) VALUES ('NO-SUCH', 'NO-SUCH')`],
    ['a text that is no number', `SELECT 'x'::int`],
  ])('for %s', async (_what, statement) => {
    expect(isDatabaseAway(await failure(room.database.raw(statement)))).toBe(false);
  });

  test.each([
    [new Refusal('not_found', 'there is no order')],
    [new Error('a fault of ours')],
    [undefined],
    [null],
    ['ECONNREFUSED'],
  ])('for %p', (error) => {
    expect(isDatabaseAway(error)).toBe(false);
  });
});

describe('a connection', () => {
  test('gives the name of the rule that a write broke, and none for anything else', async () => {
    const broken = await failure(room.rows(`INSERT INTO stock_levels (sku, location) VALUES ('NO-SUCH', 'NO-SUCH')`));
    expect(brokenConstraint(broken)).toMatch(/^stock_levels_(sku|location)_fkey$/);
    expect(brokenConstraint(await failure(room.rows('SELEC 1')))).toBeUndefined();
    expect(brokenConstraint(new Error('a fault of ours'))).toBeUndefined();
  });

  test('gives big integers as numbers', async () => {
    expect(await room.rows('SELECT 9007199254740991::bigint AS big, count(*) FROM items')).toEqual([
      { big: Number.MAX_SAFE_INTEGER, count: 0 },
    ]);
  });

  test('cuts off what holds a lock for long, unless it is patient', async () => {
    const settings = async (database: Database) => {
      const names = ['statement_timeout', 'lock_timeout', 'idle_in_transaction_session_timeout'];
      const shown = names.map((name) => database.raw<{ rows: [Record<string, string>] }>(`SHOW ${name}`));
      return (await Promise.all(shown)).map(({ rows }) => Object.values(rows[0])[0]);
    };
    const patient = connectDatabase({ url: room.databaseUrl, poolSize: 1, patient: true });
    expect(await settings(room.database)).toEqual(['15s', '8s', '20s']);
    expect(await settings(patient)).toEqual(['0', '0', '0']);
    await patient.destroy();
  });

  test('that Postgres ended while nobody used it is replaced, and nobody notices', async () => {
    const database = connectDatabase({ url: room.databaseUrl, poolSize: 1 });
    const pidOf = async () => {
      const { rows } = await database.raw<{ rows: [{ pid: number }] }>('SELECT pg_backend_pid() AS pid');
      return rows[0].pid;
    };
    const before = await pidOf();
    await room.rows('SELECT pg_terminate_backend(?)', [before]);
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(await pidOf()).not.toBe(before);
    await database.destroy();
  });
});
