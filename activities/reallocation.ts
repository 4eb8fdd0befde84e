import { reallocate } from '../domain/inventory/reallocation/reallocate';
import type { GiveUpStockRequest } from '../domain/orders/requests';
import { isClosed } from '../domain/orders/status';
import type { Database } from '../db/connection';
import { giveUpStock, type GivenUp } from '../db/inventory/reallocation/giveUpStock';
import { rankClaims } from '../db/inventory/reallocation/rankClaims';
import { readReallocation } from '../db/inventory/reallocation/readReallocation';
import * as runs from '../db/inventory/reallocation/runs';
import { findPromises } from '../db/inventory/readPromise';
import { recordPromises } from '../db/inventory/recordPromises';
import type { OrderChange, OrderRow } from '../db/orders/changeOrder';
import type { Transaction } from '../db/prepared';
import { inTransaction } from '../db/transaction';
import { changeParcels, type Parcels } from './inventory';

export interface ReallocationReport {
  runId: string;
  gaining: number;
  losing: number;
}

export function createReallocationActivities({ database }: { database: Database }) {
  return {
    /** Plans who gains and who loses, once for each run, and keeps it with the run. Nothing is taken from anybody yet. */
    async planReallocation(request: runs.ReallocationRequest): Promise<void> {
      const { runId, sku, dryRun } = request;
      await runs.beginRun(database, request);
      if (!dryRun) await rankClaims(database, null);
      await inTransaction(database, async (transaction) => {
        if (await runs.lockRun(transaction, runId)) return;
        const question = await readReallocation(transaction, sku);
        const found = new Map(reallocate(question).map((line) => [line.lineId, line]));
        const asked = question.demands.filter(
          ({ components }) => sku === null || components.some((component) => component.sku === sku),
        );
        const lines = asked.flatMap(({ wanted, locked, priority, class: of, sku: item, lineId }) => {
          const line = found.get(lineId);
          return line === undefined ? [] : [{ ...line, sku: item, class: of, priority, wanted: wanted - locked }];
        });
        await runs.savePlan(transaction, runId, lines);
      });
    },

    /** The next lines that give something up by the plan of a run. */
    listGivers: (page: { runId: string; after: string; limit: number }): Promise<runs.Giver[]> =>
      runs.listGivers(database, page),

    /** All that lose were asked to give up what they lose. */
    async endReallocation({ runId }: { runId: string }): Promise<ReallocationReport> {
      const { gaining, losing } = await runs.endRun(database, runId);
      return { runId, gaining, losing };
    },

    /** Gives units of parcels that were not begun back, for others; the line waits for them again. */
    async giveUpStock({ orderId, request }: { orderId: string; request: GiveUpStockRequest }): Promise<Parcels> {
      return changeParcels(database, orderId, async (transaction, order) => {
        if (isClosed(order.status)) return null;
        const given = await giveUpStock(transaction, { orderId, ...request });
        return given === null ? null : tellGivenUp(transaction, order, request, given);
      });
    },
  };
}

/** The customer is told that there is more to wait for, or until when. */
async function tellGivenUp(
  transaction: Transaction,
  order: OrderRow,
  { lineId, requestId, actor }: GiveUpStockRequest,
  { sku, components, units, backordered, parcels }: GivenUp,
): Promise<OrderChange> {
  const line = { lineId, sku, components, units: backordered };
  const moved = await recordPromises(transaction, await findPromises(transaction, [line], order.channel));
  const events: OrderChange['events'] = [
    { type: 'stock.given_up', actor, data: { lineId, sku, units, parcels, requestId } },
  ];
  if (moved.length > 0) events.push({ type: 'promise.moved', data: { lines: moved } });
  const name = moved.length > 0 ? 'promise_moved' : 'order_backordered';
  return { events, notify: [{ name, occurrence: String(order.last_sequence) }] };
}
