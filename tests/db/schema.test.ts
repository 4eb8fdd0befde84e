import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { dumpSchema } from '../../scripts/dumpSchema';
import { openBackroom } from './backroom';

const FILE = join(__dirname, '../../db/schema.sql');

describe('db/schema.sql', () => {
  test('is what the migrations make; after a change of them `npm run schema:write` writes it anew', async () => {
    const room = await openBackroom();
    try {
      const made = await dumpSchema(room.database);
      if (process.env['WRITE_SCHEMA'] === '1') writeFileSync(FILE, made);
      expect(existsSync(FILE) ? readFileSync(FILE, 'utf8') : 'no such file').toBe(made);
    } finally {
      await room.close();
    }
  });
});
