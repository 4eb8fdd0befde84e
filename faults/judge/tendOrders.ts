import { readOrderStates, type OrderState } from '../../db/faults/readOrderStates';
import type { World } from '../world';

/** At the end of a load a hold may be left, or a payment: somebody at the shop sees to it, as somebody would. */
async function tend(world: World, order: OrderState): Promise<void> {
  if (order.status === 'awaiting_payment')
    await world.ops('POST', `/v1/orders/${order.id}/payments`, { method: 'card', token: 'tok_ok' });
  if (order.status !== 'on_hold') return;
  const { body } = await world.ops('GET', `/v1/orders/${order.id}`);
  for (const { id } of (body?.['holds'] ?? []) as { id: string }[])
    await world.ops('POST', `/v1/orders/${order.id}/release`, { holdId: id });
}

const LOOK_EVERY_MS = 250;
/** An order is left to itself for so long before somebody sees to it. */
const TEND_EVERY_MS = 1_500;
const TEND_AT_ONCE = 8;

/** Waits until all of these orders are closed, releasing holds and paying what waits for it. @returns how they stand at the end. */
export async function tendOrders(world: World, ids: readonly string[], limitMs: number): Promise<OrderState[]> {
  const deadline = Date.now() + limitMs;
  let tendedAt = Date.now();
  for (;;) {
    const states = await readOrderStates(world.system.database, ids);
    const open = states.filter(({ closedAt }) => closedAt === null);
    if ((open.length === 0 && states.length === ids.length) || Date.now() > deadline) return states;
    if (Date.now() - tendedAt > TEND_EVERY_MS) {
      const waiting = open.filter(({ status }) => status === 'on_hold' || status === 'awaiting_payment');
      // What can't be done now is tried again in the next round.
      await Promise.allSettled(waiting.slice(0, TEND_AT_ONCE).map((order) => tend(world, order)));
      tendedAt = Date.now();
    }
    await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
  }
}
