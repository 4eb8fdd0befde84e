import { newKey } from '../support/shopOrder';
import { startTestApi, type TestApi } from '../support/testApi';

let api: TestApi;
beforeAll(async () => {
  api = await startTestApi();
});
afterAll(() => api.close());

interface Purchase {
  id: string;
  status: string;
  total: number;
  allowedActions: string[];
  lines: { line: number; sku: string; quantity: number; received: number; open: number; expectedAt: string }[];
  receipts: { quantity: number; lot: string | null; receivedBy: string }[];
  orderedAt: string | null;
  endedAt: string | null;
}
type Answer = { status: number; body: Purchase; headers: Headers };
const post = async (path: string, body: object, headers = {}): Promise<Answer> =>
  (await api.ops.post(`/v1/purchase-orders${path}`, { body, headers })) as unknown as Answer;
const get = async (path: string) =>
  (await api.ops.get(`/v1/purchase-orders${path}`)) as unknown as Answer & {
    body: { data: Purchase[]; nextCursor: string | null };
  };

const AT = '2027-01-15T08:00:00.000Z';
const order = (changes: object = {}) => ({
  ...{ supplier: 'acme', location: 'berlin', currency: 'EUR' },
  lines: [{ sku: 'CAP-NAVY', quantity: 10, unitCost: 450, expectedAt: AT }],
  ...changes,
});
const made = async (changes: object = {}): Promise<string> => {
  const { body } = await post('', order(changes));
  await post(`/${body.id}/order`, {});
  return body.id;
};
const stock = async (sku = 'CAP-NAVY') => {
  const level = (await api.ops.get(`/v1/stock?sku=${sku}&location=berlin`)).body.data[0];
  return { onHand: level?.onHand, incoming: level?.incoming };
};

describe('a purchase order', () => {
  it('is drafted, ordered, received in parts, and read', async () => {
    const before = await stock();
    const drafted = await post('', order());
    expect(drafted).toMatchObject({
      status: 201,
      body: {
        status: 'draft',
        total: 4_500,
        allowedActions: ['change', 'order', 'reschedule', 'cancel'],
        orderedAt: null,
      },
    });
    const { id } = drafted.body;
    expect(drafted.body.lines).toMatchObject([{ line: 1, quantity: 10, received: 0, open: 0, expectedAt: AT }]);
    expect((await post(`/${id}/order`, {})).body).toMatchObject({ status: 'ordered', lines: [{ open: 10 }] });
    expect(await stock()).toMatchObject({ incoming: 10 });

    const received = await post(`/${id}/receive`, { document: 'DN-1', lines: [{ line: 1, quantity: 4 }] });
    expect(received.body).toMatchObject({
      status: 'partly_received',
      allowedActions: ['reschedule', 'receive', 'close'],
    });
    expect(received.body.receipts).toMatchObject([{ quantity: 4, lot: null, receivedBy: 'key:ops' }]);
    expect(await stock()).toEqual({ onHand: (before.onHand ?? 0) + 4, incoming: 6 });

    expect((await get(`/${id}`)).body).toEqual(received.body);
    expect((await post(`/${id}/close`, {})).body).toMatchObject({ status: 'closed', lines: [{ open: 0 }] });
    expect(await stock()).toMatchObject({ incoming: 0 });
  });

  it('received twice under one Idempotency-Key, in turn and at once, is received once', async () => {
    const id = await made();
    const before = await stock();
    const headers = newKey();
    const delivery = { lines: [{ line: 1, quantity: 3 }] };
    const first = await post(`/${id}/receive`, delivery, headers);
    const again = await post(`/${id}/receive`, delivery, headers);
    expect(again.body).toEqual(first.body);
    expect(again.headers.get('idempotency-replayed')).toBe('true');

    const other = newKey();
    const replies = await Promise.all(Array.from({ length: 6 }, () => post(`/${id}/receive`, delivery, other)));
    expect(replies.filter(({ status }) => status === 200).length).toBeGreaterThan(0);
    expect(replies.filter(({ status }) => status !== 200 && status !== 409)).toEqual([]);
    expect((await get(`/${id}`)).body.receipts).toHaveLength(2);
    expect((await stock()).onHand).toBe((before.onHand ?? 0) + 6);
  });

  it('refuses more than was ordered and may come on top, and keeps that answer for repeats', async () => {
    const id = await made({ overReceiptPercent: 20 });
    const headers = newKey();
    const delivery = { lines: [{ line: 1, quantity: 13 }] };
    const reply = await post(`/${id}/receive`, delivery, headers);
    expect(reply.body).toMatchObject({ status: 409, code: 'stock_conflict' });
    expect(reply.body).toMatchObject({ detail: expect.stringContaining('takes 12 more units') });
    expect((await post(`/${id}/receive`, delivery, headers)).body).toEqual(reply.body);
    expect((await post(`/${id}/receive`, { lines: [{ line: 1, quantity: 12 }] })).body.status).toBe('received');
  });

  it('is changed as a draft, and its dates until all has come', async () => {
    const { body: draft } = await post('', order());
    const lines = [
      { sku: 'MUG-WHITE', quantity: 2, unitCost: 100, expectedAt: AT },
      { sku: 'CAP-NAVY', quantity: 3, unitCost: 50, expectedAt: AT },
    ];
    const changed = await post(`/${draft.id}/lines`, { lines });
    expect(changed.body).toMatchObject({
      status: 'draft',
      total: 350,
      lines: [{ line: 1, sku: 'MUG-WHITE' }, { line: 2 }],
    });
    await post(`/${draft.id}/order`, {});
    expect(await post(`/${draft.id}/lines`, { lines })).toMatchObject({
      status: 409,
      body: { code: 'illegal_transition' },
    });

    const later = '2027-03-01T08:00:00.000Z';
    const moved = await post(`/${draft.id}/reschedule`, { lines: [{ line: 2, expectedAt: later }] });
    expect(moved.body.lines.map(({ expectedAt }) => expectedAt)).toEqual([AT, later]);
    expect(await post(`/${draft.id}/reschedule`, { lines: [{ line: 3, expectedAt: later }] })).toMatchObject({
      status: 422,
      body: { errors: [{ pointer: '/lines/0/line' }] },
    });
  });

  it('is cancelled while nothing has come', async () => {
    const before = await stock();
    const id = await made();
    expect((await post(`/${id}/cancel`, {})).body).toMatchObject({ status: 'cancelled', allowedActions: [] });
    expect(await stock()).toEqual(before);
    expect(await post(`/${id}/cancel`, {})).toMatchObject({ status: 409, body: { code: 'illegal_transition' } });
    expect(await post(`/po_${'0'.repeat(32)}/order`, {})).toMatchObject({ status: 404 });
  });

  it('is listed newest first, in pages, by status, supplier, place and item', async () => {
    const supplier = 'paged';
    const ids: string[] = [];
    for (let count = 0; count < 5; count += 1) ids.push((await post('', order({ supplier }))).body.id);
    const seen: string[] = [];
    for (let cursor: string | null = ''; cursor !== null;) {
      const { body } = await get(`?supplier=${supplier}&limit=2${cursor && `&cursor=${cursor}`}`);
      seen.push(...body.data.map(({ id }) => id));
      cursor = body.nextCursor;
    }
    expect(seen).toEqual([...ids].sort().reverse());
    const count = async (query: string) => (await get(`?supplier=${supplier}&${query}`)).body.data.length;
    expect(await count('status=draft&location=berlin&sku=CAP-NAVY')).toBe(5);
    expect(await count('status=ordered')).toBe(0);
    expect(await count('sku=MUG-WHITE')).toBe(0);
    expect(await count('location=madrid')).toBe(0);
  });

  const line = { sku: 'CAP-NAVY', quantity: 1, unitCost: 1 };
  it.each([
    [{ currency: 'EURO' }, '/currency'],
    [{ lines: [] }, '/lines'],
    [{ lines: [{ ...line, quantity: 0 }] }, '/lines/0/quantity'],
    [{ lines: [{ ...line, unitCost: 1.5 }] }, '/lines/0/unitCost'],
    [{ lines: [{ ...line, unitCost: 1_000_000_000, quantity: 1_001 }] }, '/lines'],
    [{ lines: [line, { ...line, sku: 'NO-SUCH' }] }, '/lines/1/sku'],
    [{ location: 'moon' }, '/location'],
    [{ overReceiptPercent: 101 }, '/overReceiptPercent'],
    [{ lines: [{ ...line, expectedAt: 'soon' }] }, '/lines/0/expectedAt'],
  ])('is not made with %j', async (changes, pointer) => {
    const reply = await post('', order(changes));
    expect(reply).toMatchObject({ status: 422, body: { errors: [{ pointer }] } });
  });

  it('is not received by a line that it has not, or with an expiry date of no lot', async () => {
    const id = await made();
    const of = async (lines: object[]) => post(`/${id}/receive`, { lines });
    expect(await of([{ line: 2, quantity: 1 }])).toMatchObject({
      status: 422,
      body: { errors: [{ pointer: '/lines/0/line' }] },
    });
    expect(await of([{ line: 1, quantity: 1, expiresOn: '2027-01-01' }])).toMatchObject({
      status: 422,
      body: { errors: [{ pointer: '/lines/0/expiresOn' }] },
    });
    expect(await of([{ line: 1, quantity: 1, lot: 'A' }])).toMatchObject({ status: 422 });
  });
});
