import { readEventStream } from '../support/eventReader';
import { newKey } from '../support/shopOrder';
import { startTestApi, type TestApi } from '../support/testApi';

let api: TestApi;
beforeAll(async () => {
  api = await startTestApi();
});
afterAll(() => api.close());

const adjust = async (delta: number, document: string) => {
  const { status } = await api.ops.post('/v1/stock/adjustments', {
    body: { sku: 'TSHIRT-BLK-M', location: 'berlin', delta, reason: 'received', document },
    headers: newKey(),
  });
  expect(status).toBe(200);
};
const stream = (lastEventId?: string) =>
  readEventStream(`${api.url}/v1/stock/feed`, {
    key: api.secrets.ops,
    ...(lastEventId === undefined ? {} : { lastEventId }),
  });

interface Followed {
  id: number;
  cursor: string;
  document: string | null;
}

/** Reads on until the movement of this document was there: the feed waits for older transactions, also of other tests. */
async function readUntil(document: string, limit: number): Promise<Followed[]> {
  const seen: Followed[] = [];
  let after = '';
  while (!seen.some((movement) => movement.document === document)) {
    const { body } = await api.ops.get(`/v1/stock/feed?limit=${limit}${after}`);
    const page = body.data as unknown as Followed[];
    seen.push(...page);
    const last = page.at(-1);
    if (last !== undefined) after = `&cursor=${encodeURIComponent(last.cursor)}`;
    else await new Promise((resolve) => setTimeout(resolve, 20));
  }
  return seen;
}

describe('GET /v1/stock/feed', () => {
  it('is paged oldest first, each movement once, in pages of any size', async () => {
    for (let n = 1; n <= 5; n += 1) await adjust(n, `feed-${n}`);
    const seen = await readUntil('feed-5', 2);
    expect(new Set(seen.map(({ id }) => id)).size).toBe(seen.length);
    const ours = seen.filter(({ document }) => document?.startsWith('feed-'));
    expect(ours.map(({ document }) => document)).toEqual(['feed-1', 'feed-2', 'feed-3', 'feed-4', 'feed-5']);
    expect((await readUntil('feed-5', 100)).map(({ id }) => id)).toEqual(seen.map(({ id }) => id));
    expect(ours[0]).toMatchObject({ sku: 'TSHIRT-BLK-M', location: 'berlin', onHandDelta: 1, reason: 'received' });
  });

  it('streams what is moved from now on, and goes on after the Last-Event-ID', async () => {
    await adjust(1, 'before');
    await readUntil('before', 100);
    const first = await stream();
    await adjust(1, 'live-1');
    await adjust(1, 'live-2');
    const [one] = await first.until(1);
    first.leave();
    expect([one?.event, one?.data.document]).toEqual(['stock.moved', 'live-1']);
    await adjust(1, 'live-3');
    const second = await stream(one?.id);
    const rest = await second.until(2);
    second.leave();
    expect(rest.map(({ data }) => data.document)).toEqual(['live-2', 'live-3']);
    expect(rest[0]?.id).toBe(rest[0]?.data.cursor);
  });

  it('is for those that may read stock, and refuses a cursor of another list', async () => {
    expect((await api.channel.get('/v1/stock/feed')).status).toBe(403);
    const { nextCursor } = (await api.ops.get('/v1/stock/movements?limit=1')).body as { nextCursor: string };
    const { status } = await api.ops.get(`/v1/stock/feed?cursor=${encodeURIComponent(nextCursor)}`);
    expect(status).toBe(422);
  });
});
