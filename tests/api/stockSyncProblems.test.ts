import { applyLevels } from '../../db/inventory/sync/applyLevels';
import { startTestApi, type TestApi } from '../support/testApi';

let api: TestApi;
beforeAll(async () => {
  api = await startTestApi();
});
afterAll(() => api.close());

test('levels that were not taken over are listed with the reason, in pages, until a word fits', async () => {
  const asOf = new Date().toISOString();
  const says = (sku: string, onHand: number) => ({ sku, location: 'berlin', onHand, asOf });
  await applyLevels(api.database, [says('NO-SUCH', 4), says('MUG-WHITE', 7), says('ALSO-NOT', 1)], 'sync-1');
  const first = await api.ops.get('/v1/stock/sync-problems?limit=1');
  expect(first.body.data).toMatchObject([
    {
      sku: 'ALSO-NOT',
      location: 'berlin',
      onHand: 1,
      problem: 'there is no such item or location',
      document: 'sync-1',
    },
  ]);
  const second = await api.ops.get(`/v1/stock/sync-problems?limit=1&cursor=${first.body.nextCursor}`);
  expect([second.body.data.map(({ sku }) => sku), second.body.nextCursor]).toEqual([['NO-SUCH'], null]);
  await api.database.raw(`INSERT INTO items (sku, name) VALUES ('NO-SUCH', 'Now there is')`);
  await applyLevels(api.database, [says('NO-SUCH', 4)], 'sync-2');
  const { body } = await api.ops.get('/v1/stock/sync-problems');
  expect(body.data.map(({ sku }) => sku)).toEqual(['ALSO-NOT']);
  expect((await api.channel.get('/v1/stock/sync-problems')).status).toBe(403);
});
