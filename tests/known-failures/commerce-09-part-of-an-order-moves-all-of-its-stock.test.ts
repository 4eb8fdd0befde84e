/**
 * Medusa (commerce 2.9: medusa PR #9736, PR #11735, #11131, #11266, #12401) takes the whole line off the shelf when a part of it is
 * sent, touches lines that are not in the parcel, and leaves reservations below zero that nothing repairs.
 * Here: what leaves is what was allocated for the very parcel, and the difference to the ledger is looked for all the time.
 */
import { createInventoryActivities } from '../../activities/inventory';
import { createShipmentActivities } from '../../activities/shipments';
import { beginShipment } from '../../db/shipments/shipmentRecord';
import { findOrdersOffLedger, findReservationDrift } from '../../db/verify/findReservationDrift';
import { effectKey, shipmentId } from '../../domain/ids';
import type { Carrier } from '../../providers/carriers/port';
import { free, openBackroom, type Backroom } from '../db/backroom';

let room: Backroom;
beforeEach(async () => {
  room = await openBackroom();
});
afterEach(() => room.close());

const levels = async () =>
  Object.fromEntries(
    (
      await room.rows<{ sku: string; location: string; onHand: number; reserved: number }>(
        'SELECT sku, location, on_hand AS "onHand", reserved FROM stock_levels',
      )
    ).map(({ sku, location, onHand, reserved }) => [`${sku}@${location}`, [onHand, reserved]]),
  );
const lines = (orderId: string) =>
  room.rows('SELECT sku, allocated, shipped, delivered FROM order_lines WHERE order_id = ? ORDER BY position', [
    orderId,
  ]);
const drift = async () => [
  ...(await findReservationDrift(room.database)).found,
  ...(await findOrdersOffLedger(room.database)).found,
];

async function send(orderId: string, number: number): Promise<void> {
  const id = shipmentId(orderId, number);
  await beginShipment(room.database, { orderId, shipmentId: id, number, key: effectKey(id, 'book') });
  await createShipmentActivities({ database: room.database, carrier: {} as Carrier }).dispatchAndNotify({
    orderId,
    number,
  });
}

test('one of two parcels leaves: the other line and the other half of this one stay where they are', async () => {
  await room.stock('CUP', 3, { location: 'loc-1' });
  await room.stock('CUP', 9, { location: 'loc-2' });
  await room.stock('BOWL', 9, { location: 'loc-2' });
  await room.stock('PLATE', 9, { location: 'loc-1' });
  const orderId = await room.order(
    free({ sku: 'CUP', quantity: 12 }, { sku: 'BOWL', quantity: 2 }, { sku: 'PLATE', quantity: 1 }),
  );
  await room.reserve(orderId);
  const [{ number } = { number: 0 }] = await room.rows<{ number: number }>(
    `SELECT number FROM allocations WHERE order_id = ? AND location = 'loc-1' LIMIT 1`,
    [orderId],
  );
  await send(orderId, number);
  expect(await levels()).toEqual({
    ...{ 'CUP@loc-1': [0, 0], 'PLATE@loc-1': [8, 0] },
    ...{ 'CUP@loc-2': [9, 9], 'BOWL@loc-2': [9, 2] },
  });
  expect(await lines(orderId)).toEqual([
    { sku: 'CUP', allocated: 9, shipped: 3, delivered: 0 },
    { sku: 'BOWL', allocated: 2, shipped: 0, delivered: 0 },
    { sku: 'PLATE', allocated: 0, shipped: 1, delivered: 0 },
  ]);
  await send(orderId, number);
  expect((await levels())['CUP@loc-1']).toEqual([0, 0]);
  expect(await drift()).toEqual([]);
});

test('a line of which a part waits is sent in two parcels, and each takes its own units', async () => {
  await room.stock('CUP', 2);
  await room.rows(`UPDATE items SET shortage = 'partial'`);
  const orderId = await room.order(free({ sku: 'CUP', quantity: 5 }));
  await room.reserve(orderId);
  await send(orderId, 1);
  expect(await levels()).toEqual({ 'CUP@loc-1': [0, 0] });
  await room.rows(
    `WITH moved AS (INSERT INTO stock_movements (sku, location, on_hand_delta, reserved_delta, reason, actor)
       VALUES ('CUP', 'loc-1', 4, 0, 'received', 'test')) UPDATE stock_levels SET on_hand = 4`,
  );
  await createInventoryActivities({ database: room.database }).allocateBackorder({ orderId });
  expect(await levels()).toEqual({ 'CUP@loc-1': [4, 3] });
  await send(orderId, 2);
  expect(await levels()).toEqual({ 'CUP@loc-1': [1, 0] });
  expect(await lines(orderId)).toEqual([{ sku: 'CUP', allocated: 0, shipped: 5, delivered: 0 }]);
  expect(await drift()).toEqual([]);
});

test('a difference that somebody made by hand is found, and says which order it is of', async () => {
  await room.stock('CUP', 5);
  const orderId = await room.order(free({ sku: 'CUP', quantity: 2 }));
  await room.reserve(orderId);
  await room.rows('UPDATE stock_levels SET reserved = 0');
  expect((await findReservationDrift(room.database)).found).toEqual([
    { sku: 'CUP', location: 'loc-1', reserved: 0, allocated: 2, picked: 0, inParcels: 0 },
  ]);
  await room.rows('UPDATE allocations SET quantity = 1');
  expect((await findOrdersOffLedger(room.database)).found).toEqual([expect.objectContaining({ orderId, torn: true })]);
});
