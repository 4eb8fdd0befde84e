import type { SignalDefinition, UpdateDefinition } from '@temporalio/common';
import { ApplicationFailure, WorkflowNotFoundError } from '@temporalio/common';
import { ServiceError, WorkflowUpdateFailedError, WorkflowUpdateRPCTimeoutOrCancelledError } from '@temporalio/client';
import { isFailureCode, Refusal } from '../../domain/failures';
import { orderWorkflowId } from '../../domain/ids';
import { isClosed } from '../../domain/orders/status';
import type { OrderSnapshot } from '../../domain/orders/snapshot';
import type { OrderRecord } from '../../db/orders/orderRecord';
import { markStarted, readOrderToStart } from '../../db/orders/ordersToStart';
import { readOrder } from '../../db/orders/readOrder';
import { orderQueues } from '../../runtime/orderQueues';
import { startOrder } from '../../runtime/startOrder';
import type { Answer, Context } from '../route';
import { answerOrder } from './answerOrder';
import { presentOrder } from './presentOrder';

const UPDATE_DEADLINE_MS = 5_000;
const SIGNAL_DEADLINE_MS = 2_000;
const START_DEADLINE_MS = 3_000;

const LEFT_AS_SIGNAL =
  'no worker answered in time; the request is kept with the order, and is carried out once, as soon as a worker is back';

/** One of the doors of a running order: the same request by update, for an answer, and by signal, to be left there. */
export interface Door<R> {
  update: UpdateDefinition<OrderSnapshot, [Partial<R>]>;
  signal: SignalDefinition<[Partial<R>]>;
}

/**
 * Asks the order's workflow for a change, and answers with the order after it. 202 when no worker answers: the request waits
 * as a signal under the same request id, which makes both of them one.
 * @throws {Refusal} illegal_transition, invalid_request as the workflow says; dependency_unavailable when Temporal is away.
 */
export async function requestChange<R extends { requestId: string; actor: string }>(
  door: Door<R>,
  order: OrderRecord,
  request: R,
  { deps }: Context,
): Promise<Answer> {
  await ensureStarted(order, deps);
  const done = await ask(door, order, request, deps);
  const after = await readOrder(deps.database, order.id, null);
  if (after === undefined) throw new Error(`order ${order.id} was found and is gone`);
  if (done === 'ended' && !isClosed(after.status)) {
    // Somebody terminated it. The sweeper starts it anew, and then the same request may well be possible.
    throw new Refusal(
      'dependency_unavailable',
      'the workflow of this order was ended from outside and is being restored',
      {
        retryAfterSeconds: 30,
      },
    );
  }
  if (done === 'ended') throw new Refusal('illegal_transition', `the order is ${after.status}`);
  const view = presentOrder(after, deps.config);
  return done === 'changed' ? answerOrder(200, view) : answerOrder(202, { ...view, detail: LEFT_AS_SIGNAL });
}

type Deps = Context['deps'];

async function ask<R extends { requestId: string }>(
  door: Door<R>,
  order: OrderRecord,
  request: R,
  { gate, temporal }: Deps,
): Promise<'changed' | 'left' | 'ended'> {
  const handle = temporal.client.workflow.getHandle(orderWorkflowId(order.id));
  const within = <T>(ms: number, call: () => Promise<T>) => temporal.connection.withDeadline(Date.now() + ms, call);
  try {
    try {
      const options = { args: [request] as [R], updateId: `${door.update.name}:${request.requestId}` };
      gate.ensureOpen();
      await within(UPDATE_DEADLINE_MS, () => handle.executeUpdate(door.update, options));
      return 'changed';
    } catch (error) {
      if (!(error instanceof WorkflowUpdateRPCTimeoutOrCancelledError) && !isTaskLost(error)) throw error;
      await gate.pass(() => within(SIGNAL_DEADLINE_MS, () => handle.signal(door.signal, request)));
      return 'left';
    }
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return 'ended';
    throw asRefusal(error);
  }
}

const FAILED_PRECONDITION = 9;

/** The order was about to end when another signal came: Temporal throws its task away, and the request that was in it as well. */
const isTaskLost = (error: unknown): boolean =>
  error instanceof ServiceError && (error.cause as { code?: number } | undefined)?.code === FAILED_PRECONDITION;

/** An order that was taken while Temporal was away may not run yet. */
async function ensureStarted(order: OrderRecord, { database, gate, temporal, config }: Deps): Promise<void> {
  if (order.workflowStartedAt !== null) return;
  const toStart = await readOrderToStart(database, order.id);
  if (toStart === undefined) return;
  const options = { ...orderQueues(config), deadlineMs: START_DEADLINE_MS };
  await gate.pass(() => startOrder(temporal, toStart, options));
  await markStarted(database, [order.id]);
}

/** What the workflow refused, in the words it had for it. */
function asRefusal(error: unknown): unknown {
  if (!(error instanceof WorkflowUpdateFailedError) || !(error.cause instanceof ApplicationFailure)) return error;
  const { type, message } = error.cause;
  if (type === 'AcceptedUpdateCompletedWorkflow') return new Refusal('illegal_transition', 'the order has just closed');
  return type && isFailureCode(type) && type !== 'internal' ? new Refusal(type, message) : error;
}
