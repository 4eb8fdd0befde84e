import { adjustStock } from '../../db/inventory/adjustStock';
import { moveStock } from '../../db/inventory/moveStock';
import { closePurchaseOrder, placePurchaseOrder } from '../../db/inventory/purchasing/changePurchaseOrder';
import { createPurchaseOrder } from '../../db/inventory/purchasing/createPurchaseOrder';
import { receivePurchaseOrder } from '../../db/inventory/purchasing/receivePurchaseOrder';
import { createTransfer } from '../../db/inventory/transfers/createTransfer';
import { receiveTransferUnits, shipTransfer } from '../../db/inventory/transfers/moveTransfer';
import { inTransaction } from '../../db/transaction';
import { newId } from '../../runtime/newId';
import { Unlike } from './allocate';
import { setPolicy } from './realStock';
import {
  levelOf,
  moveUnits,
  nameNext,
  type Item,
  type ModelDelivery,
  type Place,
  type Policy,
  type Sku,
  type StockModel,
} from './stockModel';
import { nthOf, type PlanStep } from './stockStep';

const actor = 'test';
const sign = (units: number): string => (units < 0 ? String(units) : `+${units}`);
/** `refused`: the code that it had to be refused with; null: it had to be done. */
export function expectAnswer(answer: unknown, refused: string | null): void {
  const code = typeof answer === 'string' ? answer : null;
  if (code !== refused) throw new Unlike(`it was ${code ?? 'done'}, and should have been ${refused ?? 'done'}`);
}

export const receive =
  (sku: Sku, location: Place, units: number): PlanStep =>
  () => ({
    says: `${units} ${sku} come in at ${location}`,
    repeat: 'never',
    real: (database) =>
      inTransaction(database, (transaction) =>
        moveStock(transaction, [{ sku, location, onHand: units }], { reason: 'received', document: null, actor }),
      ),
    apply(model) {
      moveUnits(model, { sku, location }, { onHand: units });
    },
  });

export interface Adjustment {
  sku: Sku;
  location: Place;
  bucket: 'onHand' | 'damaged' | 'qualityHold';
  delta: number;
  /** Of what is damaged or held back: on hand changes with it. */
  withOnHand: boolean;
}

export const adjust =
  ({ sku, location, bucket, delta, withOnHand: both }: Adjustment): PlanStep =>
  () => {
    const withOnHand = both && bucket !== 'onHand';
    return {
      says: `adjust ${bucket}${withOnHand ? ' and onHand' : ''} of ${sku} at ${location} by ${sign(delta)}`,
      repeat: 'never',
      real: (database) => adjustStock(database, { sku, location, bucket, delta, withOnHand, reason: 'counted', actor }),
      apply(model, { answer }) {
        const by = { [bucket]: delta, ...(withOnHand ? { onHand: delta } : {}) };
        expectAnswer(answer, moveUnits(model, { sku, location }, by));
      },
    };
  };

export const setSafetyStock =
  (sku: Sku, location: Place, setTo: number): PlanStep =>
  () => ({
    says: `safety stock of ${sku} at ${location} is ${setTo}`,
    repeat: 'never',
    real: (database) =>
      adjustStock(database, { sku, location, bucket: 'safetyStock', setTo, reason: 'settings', actor }),
    apply(model) {
      levelOf(model, sku, location).safetyStock = setTo;
    },
  });

export const changePolicy =
  (item: Item, policy: Policy): PlanStep =>
  () => ({
    says: `${item} that is short: ${policy}`,
    repeat: 'at once',
    real: (database) => setPolicy(database, item, policy),
    apply(model) {
      model.policies[item] = policy;
    },
  });

function deliveryOf({ deliveries }: StockModel, id: string): ModelDelivery {
  const delivery = deliveries.find((one) => one.id === id);
  if (delivery === undefined) throw new Error(`the model has no delivery ${id}`);
  return delivery;
}

/** Units leave for another place. What is reserved may not. */
export const transfer =
  (sku: Sku, from: Place, to: Place, units: number): PlanStep =>
  (model) => {
    if (from === to) return null;
    const [id, name] = [newId('trf'), `delivery ${nameNext(model)}`];
    return {
      says: `${name}: ${units} ${sku} leave ${from} for ${to}`,
      repeat: 'never',
      real: (database) =>
        inTransaction(database, async (transaction) => {
          await createTransfer(transaction, { id, from, to, lines: [{ sku, quantity: units }], note: null, actor });
          await shipTransfer(transaction, id, actor);
        }),
      apply(model, { answer }) {
        const refused = moveUnits(model, { sku, location: from }, { onHand: -units });
        expectAnswer(answer, refused);
        if (refused !== null) return;
        moveUnits(model, { sku, location: to }, { incoming: units });
        model.deliveries.push({ name, id, kind: 'transfer', sku, to, open: units, closed: false });
      },
    };
  };

export const purchase =
  (sku: Sku, to: Place, units: number): PlanStep =>
  (model) => {
    const [id, name] = [newId('po'), `delivery ${nameNext(model)}`];
    const lines = [{ sku, quantity: units, unitCost: 1 }];
    return {
      says: `${name}: ${units} ${sku} are bought for ${to}`,
      repeat: 'never',
      real: (database) =>
        inTransaction(database, async (transaction) => {
          const order = { supplier: 'acme', location: to, currency: 'EUR', overReceiptPercent: 0 };
          await createPurchaseOrder(transaction, { id, ...order, lines, actor });
          await placePurchaseOrder(transaction, { id, actor });
        }),
      apply(model) {
        moveUnits(model, { sku, location: to }, { incoming: units });
        model.deliveries.push({ name, id, kind: 'purchase', sku, to, open: units, closed: false });
      },
    };
  };

/** Some of it comes: perhaps more than is under way, which is refused. `isLast`: what has not come by now never will. */
export const unload =
  (nth: number, units: number, isLast: boolean): PlanStep =>
  (model) => {
    const delivery = nthOf(
      model.deliveries.filter(({ closed }) => !closed),
      nth,
    );
    if (delivery === undefined) return null;
    const { id, kind, name, sku, to: location } = delivery;
    return {
      says: `${units} of ${name} come${isLast ? ', and no more' : ''}`,
      repeat: 'never',
      real: (database) =>
        inTransaction(database, async (transaction) => {
          if (kind === 'transfer') {
            const receipt = { lines: [{ number: 1, received: units }], shortReason: isLast ? 'lost' : null };
            await receiveTransferUnits(transaction, id, receipt, actor);
            return;
          }
          await receivePurchaseOrder(transaction, { id, lines: [{ line: 1, quantity: units }], document: null, actor });
          if (isLast) await closePurchaseOrder(transaction, { id, actor });
        }),
      apply(model, { answer }) {
        const now = deliveryOf(model, id);
        const refused = now.closed ? 'illegal_transition' : units > now.open ? 'stock_conflict' : null;
        expectAnswer(answer, refused);
        if (refused !== null) return;
        moveUnits(model, { sku, location }, { onHand: units, incoming: -units });
        now.open -= units;
        if (isLast) moveUnits(model, { sku, location }, { incoming: -now.open });
        now.closed = isLast || (kind === 'transfer' && now.open === 0);
        if (now.closed) now.open = 0;
      },
    };
  };
