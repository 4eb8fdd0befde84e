import type { Invariant } from './invariant';
import { acknowledged } from './invariants/acknowledged';
import { backorders } from './invariants/backorders';
import { closedOrders } from './invariants/closedOrders';
import { effects } from './invariants/effects';
import { effectsOnce } from './invariants/effectsOnce';
import { failures } from './invariants/failures';
import { histories } from './invariants/histories';
import { logs } from './invariants/logs';
import { money } from './invariants/money';
import { outbox } from './invariants/outbox';
import { projection } from './invariants/projection';
import { reservations } from './invariants/reservations';
import { stockExpected } from './invariants/stockExpected';
import { stockLedger } from './invariants/stockLedger';
import { stockLevels } from './invariants/stockLevels';
import { stockLots } from './invariants/stockLots';
import { timelines } from './invariants/timelines';
import { waiting } from './invariants/waiting';
import { workflows } from './invariants/workflows';

/** What `npm run verify` checks, in the order in which it tells. */
export const allInvariants: readonly Invariant[] = [
  ...[acknowledged, workflows, failures, waiting, timelines, projection],
  ...[stockLevels, stockLots, stockExpected, stockLedger, reservations, backorders, closedOrders],
  ...[money, effects, effectsOnce],
  ...[outbox, histories, logs],
];
