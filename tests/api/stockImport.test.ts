import { startTestApi, type TestApi } from '../support/testApi';

let api: TestApi;
beforeAll(async () => {
  api = await startTestApi();
  await api.ops.post('/v1/items', { body: { sku: 'JAM', name: 'Jam', tracking: 'lot' } });
});
afterAll(() => api.close());

interface Imported {
  document: string;
  ok: number;
  unchanged: number;
  refused: number;
  rows: { row: number; sku: string; outcome: string; message: string | null }[];
}
const send = (raw: string | Uint8Array, query = '', type = 'text/csv') =>
  api.ops.post(`/v1/stock/import${query}`, { raw, headers: { 'content-type': type } });
const sent = async (raw: string | Uint8Array, query = ''): Promise<Imported> => {
  const reply = await send(raw, query);
  if (reply.status !== 200) throw new Error(reply.text);
  return reply.body as unknown as Imported;
};
const onHand = async (sku: string, location = 'berlin'): Promise<number | undefined> =>
  (await api.ops.get(`/v1/stock?sku=${sku}&location=${location}`)).body.data[0]?.onHand;
const outcomes = ({ rows }: Imported) => rows.map(({ row, outcome, message }) => [row, outcome, message]);

describe('a file of stock', () => {
  it('is applied row by row: good ones also where others are refused', async () => {
    const before = (await onHand('MUG-WHITE')) ?? 0;
    const file = [
      'sku,location,onHand,delta,expected,lot,expiresOn,reason',
      `MUG-WHITE,berlin,,+7,${before},,,"found, at last"`,
      'CAP-NAVY,berlin,12,,,,,counted',
      'CAP-NAVY,berlin,13,,99,,,counted',
      ',,,,,,,',
      'NOTHING,berlin,1,,,,,counted',
      'CAP-NAVY,moon,1,,,,,counted',
      'CAP-NAVY,berlin,1,2,,,,counted',
      'CAP-NAVY,berlin,1.5,,,,,counted',
      'CAP-NAVY,berlin,12,,,,,',
      'CAP-NAVY,berlin,12',
      'CAP-NAVY,berlin,12,,,,,counted',
      'JAM,berlin,4,,,L1,2027-05-31,received',
      'JAM,berlin,4,,,L2,31.05.2027,received',
      'JAM,berlin,5,,,,,received',
    ].join('\r\n');
    const result = await sent(file);
    expect(outcomes(result)).toEqual([
      [2, 'ok', null],
      [3, 'ok', null],
      [4, 'refused', '12 units are on hand, not 99; read the stock again and decide anew'],
      [6, 'refused', 'there is no item NOTHING'],
      [7, 'refused', 'there is no location moon'],
      [8, 'refused', 'onHand must come without `delta`, or `delta` without it: exactly one of them'],
      [9, 'refused', 'onHand must be a whole number, 1000000000 at most'],
      [10, 'refused', 'reason is required'],
      [11, 'refused', 'has 3 fields, and the heading has 8'],
      [12, 'unchanged', 'is what is on record'],
      [13, 'ok', null],
      [14, 'refused', 'expiresOn must be a day such as 2027-01-31'],
      [15, 'refused', 'JAM is tracked by lot: say which `lot` its units belong to'],
    ]);
    expect([result.ok, result.unchanged, result.refused]).toEqual([3, 1, 9]);
    expect(await Promise.all([onHand('MUG-WHITE'), onHand('CAP-NAVY'), onHand('JAM')])).toEqual([before + 7, 12, 4]);
    const ledger = await api.ops.get(`/v1/stock/movements?document=${result.document}:2`);
    expect(ledger.body.data).toEqual([
      expect.objectContaining({ sku: 'MUG-WHITE', onHandDelta: 7, reason: 'found, at last', actor: 'key:ops' }),
    ]);
  });

  it('changes nothing when it is sent again, even where stock has moved since; what was refused is tried again', async () => {
    const file =
      'sku,location,onHand,reason\nTOTE-NAT,berlin,5,counted\nLATER,berlin,5,counted\nSOCKS-3PK,berlin,5,counted';
    await api.ops.post('/v1/stock/adjustments', {
      body: { sku: 'SOCKS-3PK', location: 'berlin', setTo: 5, reason: 'x' },
    });
    expect(outcomes(await sent(file)).map(([, outcome]) => outcome)).toEqual(['ok', 'refused', 'unchanged']);
    for (const sku of ['TOTE-NAT', 'SOCKS-3PK'])
      await api.ops.post('/v1/stock/adjustments', { body: { sku, location: 'berlin', delta: -1, reason: 'sold' } });
    await api.ops.post('/v1/items', { body: { sku: 'LATER', name: 'Later' } });
    expect(outcomes(await sent(file))).toEqual([
      [2, 'unchanged', 'was applied before'],
      [3, 'ok', null],
      [4, 'unchanged', 'was applied before'],
    ]);
    expect(await Promise.all([onHand('TOTE-NAT'), onHand('SOCKS-3PK'), onHand('LATER')])).toEqual([4, 4, 5]);
  });

  it('is applied once when it is sent five times at once', async () => {
    const before = (await onHand('HOODIE-GRY-M')) ?? 0;
    const file = 'sku,location,delta,reason\nHOODIE-GRY-M,berlin,3,found\nHOODIE-GRY-L,berlin,1,found\n';
    const results = await Promise.all(Array.from({ length: 5 }, () => sent(file)));
    expect(results.reduce((sum, { ok }) => sum + ok, 0)).toBe(2);
    expect(await onHand('HOODIE-GRY-M')).toBe(before + 3);
  });

  it('tells in a dry run what would be, and changes nothing', async () => {
    const before = await onHand('MUG-WHITE');
    const file =
      'sku,location,delta,reason\nMUG-WHITE,berlin,3,dry\nMUG-WHITE,berlin,-100000,dry\nMUG-WHITE,berlin,0,dry\n';
    const dry = await sent(file, '?dryRun=true');
    expect(dry.rows.map(({ outcome }) => outcome)).toEqual(['ok', 'refused', 'unchanged']);
    expect(await onHand('MUG-WHITE')).toBe(before);
    expect((await sent(file)).rows.map(({ outcome }) => outcome)).toEqual(['ok', 'refused', 'unchanged']);
  });

  it('is answered as CSV where that is asked for, with nothing that a spreadsheet would run', async () => {
    const reply = await send(
      '\ufeffsku,location,delta,reason\n=cmd,berlin,1,x\nPOSTER-LTD,berlin,1,y\n',
      '?format=csv',
    );
    expect([reply.status, reply.headers.get('content-type')]).toEqual([200, 'text/csv']);
    expect(reply.text).toBe(
      `row,sku,location,outcome,message\n2,'=cmd,berlin,refused,there is no item =cmd\n3,POSTER-LTD,berlin,ok,\n`,
    );
  });

  it.each<[string, string | Uint8Array, RegExp]>([
    ['nothing', ' ', /needs the column sku/],
    ['no heading', 'MUG-WHITE,berlin,1,x', /a column that is not known here/],
    ['a column too many', 'sku,location,delta,reason,colour\n', /a column that is not known here/],
    ['a column twice', 'sku,location,delta,reason,sku\n', /has a column twice/],
    ['no reason', 'sku,location,delta\nMUG-WHITE,berlin,1', /needs the column reason/],
    ['no figure', 'sku,location,reason\nMUG-WHITE,berlin,x', /needs the column onHand or delta/],
    [
      'a quote that never ends',
      'sku,location,delta,reason\n"MUG-WHITE,berlin,1,x',
      /can't be read as CSV: Quote Not Closed/,
    ],
    ['Latin-1', Buffer.from('sku,location,delta,reason\nM\xfcG,berlin,1,x', 'latin1'), /is not in UTF-8/],
    ['too many rows', `sku,location,delta,reason\n${'A,b,1,x\n'.repeat(5_001)}`, /has 5001 rows: send 5000 at most/],
  ])('with %s is refused whole', async (_what, file, message) => {
    const reply = await send(file);
    expect([reply.status, reply.body.code]).toEqual([422, 'invalid_request']);
    expect(reply.body.detail).toMatch(message);
  });

  it('has to be CSV, and not too large', async () => {
    const other = await send('{}', '', 'application/json');
    expect([other.status, other.body.code, other.body.detail]).toEqual([
      ...[415, 'unsupported_media_type', 'send the body as text/csv'],
    ]);
    expect((await send('x'.repeat(1_100_000))).status).toBe(413);
    expect((await send('sku,location,delta,reason\n', '?dryRun=maybe')).status).toBe(422);
  });
});
