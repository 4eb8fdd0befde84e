import { readAvailability } from '../../db/inventory/readAvailability';
import { findPromises } from '../../db/inventory/readPromise';
import { openBackroom, type Backroom } from './backroom';

let room: Backroom;
beforeAll(async () => {
  room = await openBackroom();
});
afterAll(() => room.close());

let skus = 0;
const newSku = (): string => `ITEM-${(skus += 1)}`;
const DAY = 86_400_000;
const start = Date.now();
const inDays = (days: number): Date => new Date(start + days * DAY);

async function expectUnits(sku: string, units: number, days: number, location = 'loc-1'): Promise<void> {
  await room.rows(
    `INSERT INTO expected_stock (document, line, sku, location, units, expected_at) VALUES (?, 1, ?, ?, ?, ?)`,
    [`po-${sku}-${days}-${location}`, sku, location, units, inDays(days).toISOString()],
  );
}

/** An order that waits. @returns the id of its line. */
async function wait(sku: string, units: number, priority = 0): Promise<string> {
  const orderId = await room.order({ lines: [{ sku, quantity: units, unitPrice: 0 }] });
  const lineId = `lin_${orderId.slice(4)}_1`;
  await room.rows(
    'INSERT INTO backorders (line_id, sku, order_id, channel, units, priority) VALUES (?, ?, ?, ?, ?, ?)',
    [...[lineId, sku, orderId, 'web', units, priority]],
  );
  return lineId;
}

const line = (sku: string, units: number, lineId = `line-${sku}`) => ({
  lineId,
  units,
  components: [{ sku, quantity: 1 }],
});
const promise = async (...lines: Parameters<typeof findPromises>[1]) =>
  (await findPromises(room.database, lines, 'web')).map(({ promisedAt }) => promisedAt);

const ask = (sku: string, more: { channel?: string; country?: string; quantity?: number; at?: Date } = {}) =>
  readAvailability(room.database, {
    ...{ sku, channel: more.channel ?? 'web', country: more.country ?? null },
    ...{ quantity: more.quantity ?? 1, at: more.at ?? null },
  });

describe('a promise to a line that waits', () => {
  it('is for the day on which enough is expected, after what others wait for', async () => {
    const sku = newSku();
    await room.stock(sku, 2);
    await expectUnits(sku, 5, 3);
    await expectUnits(sku, 10, 7);
    expect(await promise(line(sku, 2))).not.toEqual([null]);
    expect(await promise(line(sku, 6))).toEqual([inDays(3)]);
    expect(await promise(line(sku, 8))).toEqual([inDays(7)]);
    expect(await promise(line(sku, 18))).toEqual([null]);
    await wait(sku, 4);
    expect(await promise(line(sku, 3))).toEqual([inDays(3)]);
    expect(await promise(line(sku, 4))).toEqual([inDays(7)]);
    expect(await promise(line(sku, 14))).toEqual([null]);
  });

  it('does not count the claim of the line itself, which may be on record already', async () => {
    const sku = newSku();
    await room.stock(sku, 0);
    await expectUnits(sku, 4, 2);
    const lineId = await wait(sku, 4);
    expect(await promise(line(sku, 4, lineId))).toEqual([inDays(2)]);
    expect(await promise(line(sku, 4))).toEqual([null]);
  });

  it('stays the same when others come to wait after it, and comes after who goes before it', async () => {
    const sku = newSku();
    await room.stock(sku, 0);
    for (const day of [2, 4, 6]) await expectUnits(sku, 5, day);
    const first = await wait(sku, 5);
    const second = await wait(sku, 5);
    const both = async () => [...(await promise(line(sku, 5, first))), ...(await promise(line(sku, 5, second)))];
    expect(await both()).toEqual([inDays(2), inDays(4)]);
    const urgent = await wait(sku, 5, 9);
    expect(await promise(line(sku, 5, urgent))).toEqual([inDays(2)]);
    expect(await both()).toEqual([inDays(4), inDays(6)]);
  });

  it('leaves to the lines before it what they were promised', async () => {
    const sku = newSku();
    await room.stock(sku, 0);
    await expectUnits(sku, 5, 2);
    await expectUnits(sku, 5, 4);
    expect(await promise(line(sku, 5, 'a'), line(sku, 4, 'b'), line(sku, 1, 'c'), line(sku, 1, 'd'))).toEqual([
      ...[inDays(2), inDays(4), inDays(4), null],
    ]);
  });

  it('of a kit is for the day on which all its parts are at one location', async () => {
    const [a, b] = [newSku(), newSku()];
    await room.stock(a, 5);
    await room.stock(b, 0);
    await room.stock(b, 9, { location: 'loc-2' });
    await expectUnits(b, 4, 6);
    const kit = (units: number) => ({
      lineId: 'kit',
      units,
      components: [
        { sku: a, quantity: 1 },
        { sku: b, quantity: 2 },
      ],
    });
    expect(await promise(kit(2))).toEqual([inDays(6)]);
    expect(await promise(kit(3))).toEqual([null]);
  });

  it('of what is late already counts on none of it', async () => {
    const sku = newSku();
    await room.stock(sku, 0);
    await expectUnits(sku, 4, -1);
    expect(await promise(line(sku, 1))).toEqual([null]);
  });

  it('of what is not sold yet is for the day from which it is, or later', async () => {
    const sku = newSku();
    await room.stock(sku, 0);
    await room.rows('UPDATE items SET available_from = ? WHERE sku = ?', [inDays(5).toISOString(), sku]);
    expect(await promise(line(sku, 1))).toEqual([inDays(5)]);
    await expectUnits(sku, 1, 2);
    await expectUnits(sku, 1, 9);
    expect(await promise(line(sku, 1), line(sku, 1, 'second'))).toEqual([inDays(5), inDays(9)]);
  });

  it('of what is in no catalogue is none', async () => {
    expect(await promise(line('NEVER-SEEN', 1))).toEqual([null]);
  });
});

describe('availability', () => {
  it('leaves out safety stock, buffers of the channel, claims, and locations that do not serve it', async () => {
    const sku = newSku();
    await room.stock(sku, 20, { safetyStock: 3 });
    await room.stock(sku, 20, { location: 'loc-2' });
    await room.stock(sku, 20, { location: 'loc-3' });
    await room.stock(sku, 20, { location: 'loc-4' });
    await room.rows(`UPDATE locations SET channels = '{shop}' WHERE id = 'loc-3'`);
    await room.rows(`UPDATE locations SET active = false WHERE id = 'loc-4'`);
    await room.rows(
      `INSERT INTO channel_stock_rules (channel, sku, buffer_percent, updated_by) VALUES ('web', ?, 10, 'test')`,
      [sku],
    );
    await wait(sku, 4);
    expect(await ask(sku)).toMatchObject({
      available: 17 + 18 - 4,
      from: [
        { location: 'loc-1', units: 17 },
        { location: 'loc-2', units: 18 },
      ],
    });
    expect(await ask(sku, { channel: 'shop' })).toMatchObject({ available: 17 + 20 + 20 - 4 });
    await room.rows(`UPDATE locations SET channels = NULL, active = true`);
  });

  it('follows the strategy of the channel: what no rule lets serve a country is not there for it', async () => {
    const sku = newSku();
    await room.stock(sku, 5);
    await room.stock(sku, 7, { location: 'loc-2' });
    const rule = (name: string, country: string, location: string) => ({
      ...{ name, when: { countries: [country] }, exclude: { locations: [location] } },
      ...{ shipComplete: 'none', maxShipments: 2, criteria: [{ by: 'priority' }] },
    });
    await room.rows(
      `INSERT INTO sourcing_strategies (channel, version, strategy, active, created_by) VALUES ('app', 1, ?, true, 'test')`,
      [JSON.stringify({ rules: [rule('de', 'DE', 'loc-2'), rule('fr', 'FR', 'loc-1')] })],
    );
    const units = async (country?: string) =>
      (await ask(sku, { channel: 'app', ...(country && { country }) }))?.available;
    expect([await units('DE'), await units('FR'), await units('ES'), await units()]).toEqual([5, 7, 0, 12]);
  });

  it('at a date counts what is expected by then, and a quantity has its day', async () => {
    const sku = newSku();
    await room.stock(sku, 1);
    await expectUnits(sku, 5, 3);
    expect(await ask(sku, { quantity: 4, at: inDays(2) })).toMatchObject({ available: 1, availableAt: 1 });
    const later = await ask(sku, { quantity: 4, at: inDays(4) });
    expect(later).toMatchObject({ available: 1, availableAt: 6, promisedAt: inDays(3), availableFrom: null });
    expect((await ask(sku, { quantity: 7 }))?.promisedAt).toBeNull();
  });

  it('of a kit is that of its parts', async () => {
    const [kit, a, b] = [newSku(), newSku(), newSku()];
    await room.stock(a, 7);
    await room.stock(b, 4);
    await room.rows('INSERT INTO items (sku, name) VALUES (?, ?)', [kit, 'Kit']);
    await room.rows('INSERT INTO item_components (kit, sku, quantity) VALUES (?, ?, 2), (?, ?, 1)', [kit, a, kit, b]);
    expect(await ask(kit)).toMatchObject({ available: 3, from: [{ location: 'loc-1', units: 3 }] });
  });

  it('of what is in no catalogue is not there', async () => {
    expect(await ask('NEVER-SEEN')).toBeUndefined();
  });
});
