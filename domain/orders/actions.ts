import type { Hold } from './holds';
import { isClosed, type OrderStatus } from './status';

/** What somebody may ask of an open order. */
export const ORDER_ACTIONS = [
  'cancel',
  'hold',
  'release',
  'pay',
  'resolve',
  'decide_backorder',
  'set_priority',
] as const;
export type OrderAction = (typeof ORDER_ACTIONS)[number];

export const MAX_OPEN_HOLDS = 20;

export interface ActionState {
  status: OrderStatus;
  holds: readonly Hold[];
  dispatched: boolean;
  paid: boolean;
  attention: string | null;
  /** The newest payment was declined or given back. Undefined: by a release that did not tell. */
  paymentWanted?: boolean;
  /** Units that it waits for. */
  backordered?: number;
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
      return findObstacleToPay(state);
    case 'resolve':
      return state.attention === null ? 'nothing awaits a decision' : null;
    case 'decide_backorder':
      return (state.backordered ?? 0) > 0 ? null : 'no units of the order are missing';
    case 'set_priority':
      return null;
  }
}

function findObstacleToPay({ paid, status, attention, paymentWanted = true }: ActionState): string | null {
  if (paid) return 'the order is paid';
  if (status === 'awaiting_payment' || (status === 'awaiting_stock' && paymentWanted)) return null;
  if (attention === null) return 'no payment is awaited';
  return paymentWanted ? null : isUndecided(attention);
}

/** Why no payment is taken: what has to be done before. */
export const isUndecided = (attention: string): string =>
  `no payment is awaited; first somebody has to decide about this (resolve): ${attention}`;

export const findObstacleToHold = (openHolds: number): string | null =>
  openHolds >= MAX_OPEN_HOLDS ? `the order already has ${MAX_OPEN_HOLDS} open holds` : null;

export const findAllowedActions = (state: ActionState): OrderAction[] =>
  ORDER_ACTIONS.filter((action) => findObstacle(action, state) === null);
