import type { Hold } from './holds';
import { isClosed, type OrderStatus } from './status';

/** What somebody may ask of an open order. */
export const ORDER_ACTIONS = ['cancel', 'hold', 'release', 'pay', 'resolve'] as const;
export type OrderAction = (typeof ORDER_ACTIONS)[number];

export const MAX_OPEN_HOLDS = 20;

export interface ActionState {
  status: OrderStatus;
  holds: readonly Hold[];
  dispatched: boolean;
  paid: boolean;
  attention: string | null;
}

/** Why the action is not possible now, in words for the one who asked; null when it is. */
export function findObstacle(action: OrderAction, state: ActionState): string | null {
  if (isClosed(state.status)) return `the order is ${state.status}`;
  switch (action) {
    case 'cancel':
      return state.dispatched ? 'the carrier has already taken the parcel; ask for a return instead' : null;
    case 'hold':
      return findObstacleToHold(state.holds.length);
    case 'release':
      return state.holds.length === 0 ? 'the order has no open hold' : null;
    case 'pay':
      if (state.paid) return 'the order is paid';
      return state.status === 'awaiting_payment' || state.attention !== null ? null : 'no payment is awaited';
    case 'resolve':
      return state.attention === null ? 'nothing awaits a decision' : null;
  }
}

export const findObstacleToHold = (openHolds: number): string | null =>
  openHolds >= MAX_OPEN_HOLDS ? `the order already has ${MAX_OPEN_HOLDS} open holds` : null;

export const findAllowedActions = (state: ActionState): OrderAction[] =>
  ORDER_ACTIONS.filter((action) => findObstacle(action, state) === null);
