import { changeItem, createItem } from '../../db/inventory/items/saveItem';
import { lockLevels } from '../../db/inventory/lockLevels';
import { inTransaction } from '../../db/transaction';
import { free, openBackroom, type Backroom } from './backroom';

let room: Backroom;
beforeAll(async () => {
  room = await openBackroom();
});
afterAll(() => room.close());

const change = (sku: string, fields: Parameters<typeof changeItem>[2]) =>
  inTransaction(room.database, (transaction) => changeItem(transaction, sku, fields));

describe('an item', () => {
  test('whose stock is just being moved is not waited for: orders lock the other way round', async () => {
    await room.stock('BUSY', 0);
    let letGo: () => void = () => undefined;
    const held = new Promise<void>((resolve) => (letGo = resolve));
    let locked: () => void = () => undefined;
    const isLocked = new Promise<void>((resolve) => (locked = resolve));
    const holder = inTransaction(room.database, async (transaction) => {
      await lockLevels(transaction, [{ sku: 'BUSY', location: 'loc-1' }]);
      locked();
      await held;
    });
    await isLocked;
    await expect(change('BUSY', { tracking: 'lot' })).rejects.toMatchObject({ code: 'stock_conflict' });
    // Its other fields have nothing to do with stock.
    expect(await change('BUSY', { name: 'Still changed' })).toMatchObject({ name: 'Still changed', version: 2 });
    letGo();
    await holder;
    expect(await change('BUSY', { tracking: 'lot' })).toMatchObject({ tracking: 'lot' });
  });

  test('that orders wait for does not become a kit', async () => {
    await room.stock('AWAITED', 0);
    await room.stock('PART', 5);
    await room.rows(`UPDATE items SET shortage = 'backorder' WHERE sku = 'AWAITED'`);
    await room.reserve(await room.order(free({ sku: 'AWAITED', quantity: 1 })));
    await expect(change('AWAITED', { components: [{ sku: 'PART', quantity: 1 }] })).rejects.toMatchObject({
      code: 'invalid_request',
      errors: [
        { pointer: '/components', message: 'must be empty: the item has stock of its own, or orders wait for it' },
      ],
    });
  });

  test('that is a kit can be sold from the stock of its parts at once, and becomes none again', async () => {
    await room.stock('SIDE', 4);
    await inTransaction(room.database, (transaction) =>
      createItem(transaction, 'PAIR', { name: 'Pair', components: [{ sku: 'SIDE', quantity: 2 }] }),
    );
    const { snapshot } = await room.reserve(await room.order(free({ sku: 'PAIR', quantity: 2 })));
    expect(snapshot.status).toBe('ready_to_ship');
    expect(await room.level('SIDE')).toEqual({ onHand: 4, reserved: 4 });
    expect(await change('PAIR', { components: [] })).toMatchObject({ components: [], version: 2 });
    const [line] = await room.rows(`SELECT components FROM order_lines WHERE sku = 'PAIR'`);
    expect(line).toEqual({ components: [{ sku: 'SIDE', quantity: 2 }] });
  });
});
