import { defineQuery, defineSignal, defineUpdate } from '@temporalio/workflow';
import type { OrderPolicy } from '../../domain/orders/policy';
import type {
  BackorderRequest,
  CancelRequest,
  GiveUpStockRequest,
  HoldRequest,
  PayRequest,
  PriorityRequest,
  ReleaseRequest,
  ResolveRequest,
} from '../../domain/orders/requests';
import type { OrderSnapshot } from '../../domain/orders/snapshot';

/** Ids, SKUs, quantities, amounts and policy: no personal data enters a history. */
export interface ProcessOrderInput {
  orderId: string;
  channel: string;
  reference: string;
  currency: string;
  /** Integer minor units. */
  grandTotal: number;
  lines: { sku: string; quantity: number }[];
  policy: OrderPolicy;
  /** Left out where all is on the order's own queue. An order keeps those it was started with. */
  queues?: ProviderQueues;
}

/** Task queues of the calls to providers, where they are not on the orders' own. */
export interface ProviderQueues {
  payment?: string;
  carrier?: string;
}

/** Requests may leave out what the workflow can fill in, so that a person can type them into the Temporal UI. */
type Asked<R extends { requestId: string; actor: string }> = Partial<R>;

/** An update for whoever needs an answer; a signal of the same name for the Temporal UI, its CLI, and for when no worker answers. */
export const cancelOrder = defineUpdate<OrderSnapshot, [Asked<CancelRequest>]>('cancelOrder');
export const cancelOrderSignal = defineSignal<[Asked<CancelRequest>]>('cancelOrder');
export const holdOrder = defineUpdate<OrderSnapshot, [Asked<HoldRequest>]>('holdOrder');
export const holdOrderSignal = defineSignal<[Asked<HoldRequest>]>('holdOrder');
export const releaseOrder = defineUpdate<OrderSnapshot, [Asked<ReleaseRequest>]>('releaseOrder');
export const releaseOrderSignal = defineSignal<[Asked<ReleaseRequest>]>('releaseOrder');
export const payOrder = defineUpdate<OrderSnapshot, [Asked<PayRequest>]>('payOrder');
export const payOrderSignal = defineSignal<[Asked<PayRequest>]>('payOrder');
export const resolveAttention = defineUpdate<OrderSnapshot, [Asked<ResolveRequest>]>('resolveAttention');
export const resolveAttentionSignal = defineSignal<[Asked<ResolveRequest>]>('resolveAttention');

export const decideBackorder = defineUpdate<OrderSnapshot, [Asked<BackorderRequest>]>('decideBackorder');
export const decideBackorderSignal = defineSignal<[Asked<BackorderRequest>]>('decideBackorder');

export const setPriority = defineUpdate<OrderSnapshot, [Asked<PriorityRequest>]>('setPriority');
export const setPrioritySignal = defineSignal<[Asked<PriorityRequest>]>('setPriority');

/** Units that the order waits for may be there. */
export const stockArrived = defineSignal('stockArrived');

/** A re-allocation asks for units of a line that no parcel was begun for. */
export const giveUpStock = defineSignal<[Asked<GiveUpStockRequest>]>('giveUpStock');

/** The carrier reports that a parcel was taken or delivered. Facts arrive as signals: nobody waits for an answer. */
export interface CarrierReport {
  shipmentId: string;
  status: 'picked_up' | 'delivered';
  eventId: string;
}
export const carrierReported = defineSignal<[CarrierReport]>('carrierReported');

/** What the order's records contradict each other in. Ids and amounts; no personal data. */
export interface Breach {
  what: string;
}
export const reportBreach = defineSignal<[Breach]>('reportBreach');

/** Live status of the order. */
export const getStatus = defineQuery<OrderSnapshot>('getStatus');
