import { connectDatabase, type Database } from '../../db/connection';
import { prepared, type Transaction } from '../../db/prepared';
import { inTransaction } from '../../db/transaction';
import { overConnections, textOf } from '../support/overConnections';
import { openBackroom, type Backroom } from './backroom';

let room: Backroom;
let single: Database;
beforeAll(async () => {
  room = await openBackroom();
  await room.rows(`CREATE TABLE notes (note text PRIMARY KEY)`);
  single = connectDatabase({ url: room.databaseUrl, poolSize: 1 });
});
beforeEach(() => room.rows('DELETE FROM notes'));
afterAll(async () => {
  await single.destroy();
  await room.close();
});

const note = (on: Database | Transaction, text: string) =>
  prepared(on, 'INSERT INTO notes (note) VALUES (:text)', { text });
const notes = async () =>
  (await room.rows<{ note: string }>('SELECT note FROM notes ORDER BY note')).map((r) => r.note);

describe('a transaction', () => {
  test('is on record when its work has ended, and gives the answer of that', async () => {
    const answer = await inTransaction(single, async (transaction) => {
      await note(transaction, 'a');
      expect(await notes()).toEqual([]);
      return 42;
    });
    expect([answer, await notes()]).toEqual([42, ['a']]);
  });

  test('leaves nothing when its work throws, and its connection for the next', async () => {
    for (let time = 0; time < 3; time += 1) {
      const broken = inTransaction(single, async (transaction) => {
        await note(transaction, 'a');
        throw new Error('broken off');
      });
      await expect(broken).rejects.toThrow('broken off');
    }
    await note(single, 'b');
    expect(await notes()).toEqual(['b']);
  });

  test('is not taken for made when its work got over a statement that failed', async () => {
    const half = inTransaction(single, async (transaction) => {
      await note(transaction, 'a');
      await note(transaction, 'a').catch(() => undefined);
    });
    await expect(half).rejects.toThrow('rolled back');
    expect(await notes()).toEqual([]);
  });

  test('within another is a part of it', async () => {
    const outer = inTransaction(single, async (transaction) => {
      await inTransaction(transaction, (same) => note(same, 'inner'));
      throw new Error('the outer one');
    });
    await expect(outer).rejects.toThrow('the outer one');
    expect(await notes()).toEqual([]);
  });

  test('whose connection can not even roll back gives that connection up', async () => {
    const pidOf = async (on: Database | Transaction) =>
      (await prepared<{ rows: [{ pid: number }] }>(on, 'SELECT pg_backend_pid() AS pid')).rows[0].pid;
    const before = await pidOf(single);
    const deaf = overConnections(single, async (statement, really) => {
      if (textOf(statement) === 'ROLLBACK') throw new Error('nobody answers');
      return really();
    });
    const broken = inTransaction(deaf, async () => {
      throw new Error('broken off');
    });
    await expect(broken).rejects.toThrow('broken off');
    expect(await pidOf(single)).not.toBe(before);
  });
});

describe('a prepared statement', () => {
  test('takes its values by name or by place, each as often as it is named', async () => {
    const { rows } = await prepared<{ rows: object[] }>(
      single,
      `SELECT :a::text AS a, '12:30'::time::text AS at, :a || :b AS both, :none::int AS none`,
      { a: 'x', b: 'y', none: null },
    );
    expect(rows).toEqual([{ a: 'x', at: '12:30:00', both: 'xy', none: null }]);
    const placed = await prepared<{ rows: object[] }>(single, 'SELECT ?::int + ?::int AS sum', [1, 2]);
    expect(placed.rows).toEqual([{ sum: 3 }]);
  });

  test('that lacks a value is not sent', async () => {
    await expect(note(single, undefined as unknown as string)).rejects.toThrow(/lacks its value text/);
  });
});
