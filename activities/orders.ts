import { Refusal } from '../domain/failures';
import { holdId } from '../domain/ids';
import { findObstacleToHold } from '../domain/orders/actions';
import { isClosed } from '../domain/orders/status';
import type { CancelRequest, HoldRequest, PriorityRequest, ReleaseRequest } from '../domain/orders/requests';
import type { OrderSnapshot } from '../domain/orders/snapshot';
import type { Database } from '../db/connection';
import { releaseStock } from '../db/inventory/releaseStock';
import { changeOrder, type OrderRow } from '../db/orders/changeOrder';
import { wasCarriedOut, wasNotified, wasTold } from '../db/orders/findRepeat';
import { setPriority } from '../db/orders/setPriority';
import { closeHold, countHolds, insertHold } from '../db/orders/holdRows';

/** What is told of a request that could not be done, when nobody waits for the answer. */
export interface RefusedRequest {
  orderId: string;
  /** Chosen by the workflow, so that a repeat of the activity tells it once. */
  id: string;
  message: string;
  why: string;
}

/** Activities that change the order itself. Each is one transaction of our own database, and a no-op when repeated. */
export function createOrderActivities({ database }: { database: Database }) {
  return {
    /** Stock and payment are secured: the customer is told that the order stands. */
    async notifyConfirmed({ orderId }: { orderId: string }): Promise<OrderSnapshot> {
      return changeOrder(database, orderId, async (transaction) =>
        (await wasNotified(transaction, orderId, 'order_confirmed'))
          ? null
          : { events: [{ type: 'order.confirmed' }], notify: [{ name: 'order_confirmed' }] },
      );
    },

    async placeHold({ orderId, request }: { orderId: string; request: HoldRequest }): Promise<OrderSnapshot> {
      const { type, reason, requestId, actor } = request;
      return changeOrder(database, orderId, async (transaction, order) => {
        refuseIfClosed(order);
        const { ever, open } = await countHolds(transaction, orderId);
        const id = holdId(orderId, ever + 1);
        if (!(await insertHold(transaction, { id, orderId, type, reason, requestId, actor }))) return null;
        // Asked here once more: of many requests that come at once, each may have been looked at before any was carried out.
        const obstacle = findObstacleToHold(open);
        if (obstacle !== null) throw new Refusal('illegal_transition', obstacle);
        return { events: [{ type: 'hold.placed', actor, data: { holdId: id, type, reason, requestId } }] };
      });
    },

    async releaseHold({
      orderId,
      request,
    }: {
      orderId: string;
      request: ReleaseRequest & { holdId: string };
    }): Promise<OrderSnapshot> {
      const { actor, note, requestId, holdId } = request;
      return changeOrder(database, orderId, async (transaction) => {
        if (!(await closeHold(transaction, { holdId, orderId, actor, note }))) return null;
        const data = { holdId, ...(note === null ? {} : { note }), requestId };
        return { events: [{ type: 'hold.released', actor, data }] };
      });
    },

    /** Takes effect on what comes in from now on, and on the next re-allocation: what other orders have they keep. */
    async setPriority({ orderId, request }: { orderId: string; request: PriorityRequest }): Promise<OrderSnapshot> {
      const { priority, requestId, actor } = request;
      return changeOrder(database, orderId, async (transaction, order) => {
        if (await wasCarriedOut(transaction, orderId, 'priority.set', requestId)) return null;
        refuseIfClosed(order);
        const from = await setPriority(transaction, orderId, priority);
        return from === priority
          ? null
          : { events: [{ type: 'priority.set', actor, data: { from, to: priority, requestId } }] };
      });
    },

    /** The last step of every cancellation, and the undo of `reserveStock`: units cancelled, stock back, customer told. */
    async recordCancellation({
      orderId,
      request,
    }: {
      orderId: string;
      /** Without an id where Temporal's own cancellation asked for it. */
      request: Omit<CancelRequest, 'requestId'> & { requestId?: string };
    }): Promise<OrderSnapshot> {
      const { reason, note, actor, requestId } = request;
      const data = { reason, ...(note === null ? {} : { note }), ...(requestId === undefined ? {} : { requestId }) };
      return changeOrder(database, orderId, async (transaction, order) => {
        if (isClosed(order.status)) return null;
        await releaseStock(transaction, orderId, actor);
        return {
          attention: null,
          statusReason: reason,
          events: [{ type: 'order.cancelled', actor, data }],
          notify: [{ name: 'order_cancelled' }],
        };
      });
    },

    /** Something only a person can settle. */
    async raiseAttention({ orderId, attention }: { orderId: string; attention: string }): Promise<OrderSnapshot> {
      return changeOrder(database, orderId, async (_transaction, order) =>
        order.attention === attention
          ? null
          : { attention, statusReason: attention, events: [{ type: 'attention.raised', data: { attention } }] },
      );
    },

    /** The reconciler's finding. What a step has raised stays: the step waits for a decision about that. */
    async raiseFinding({ orderId, attention }: { orderId: string; attention: string }): Promise<OrderSnapshot> {
      return changeOrder(database, orderId, async (_transaction, order) =>
        order.attention !== null || isClosed(order.status)
          ? null
          : {
              attention,
              statusReason: attention,
              events: [{ type: 'attention.raised', actor: 'reconciler', data: { attention } }],
            },
      );
    },

    /** `attention`: clears this one alone, and leaves what was raised since. */
    async clearAttention(input: {
      orderId: string;
      actor: string;
      note: string;
      attention?: string;
    }): Promise<OrderSnapshot> {
      return changeOrder(database, input.orderId, async (_transaction, order) =>
        order.attention === null || (input.attention ?? order.attention) !== order.attention
          ? null
          : {
              attention: null,
              statusReason: null,
              events: [{ type: 'attention.cleared', actor: input.actor, data: { note: input.note } }],
            },
      );
    },

    /** A signal that made no sense or came at the wrong time: kept on the timeline, and otherwise without effect. */
    async recordRefusal({ orderId, id, message, why }: RefusedRequest): Promise<OrderSnapshot> {
      return changeOrder(database, orderId, async (transaction) =>
        (await wasTold(transaction, orderId, 'request.refused', id))
          ? null
          : { events: [{ type: 'request.refused', actor: 'temporal', data: { id, message, why } }] },
      );
    },
  };
}

function refuseIfClosed({ status }: Pick<OrderRow, 'status'>): void {
  if (isClosed(status)) throw new Refusal('illegal_transition', `the order is ${status}`);
}
