import { ServiceError, WorkflowNotFoundError, type WorkflowExecutionInfo } from '@temporalio/client';
import type { PayloadCodec } from '@temporalio/common';
import { historyToJSON } from '@temporalio/common/lib/proto-utils';
import { orderWorkflowId } from '../domain/ids';
import type { OrderSnapshot } from '../domain/orders/snapshot';
import type { TemporalConnection } from '../runtime/temporal';
import { getStatus } from '../workflows/orders/messages';
import { openHistory } from './openHistory';

/** A run of a workflow. `status` as Temporal names it: RUNNING, COMPLETED, FAILED, … */
export interface WorkflowRun {
  workflowId: string;
  runId: string;
  type: string;
  status: string;
  startedAt: Date;
}

/** What is read of Temporal. The lists come from the server's index, which may be some seconds behind. */
export interface TemporalReader {
  list(query: string): AsyncIterable<WorkflowRun>;
  count(query: string): Promise<number>;
  /** The newest run under the order's id, for certain; undefined when there is none within the retention. */
  findRun(orderId: string): Promise<WorkflowRun | undefined>;
  /** A step of the order is under way, or a task of its workflow: its records may be ahead of what it has heard of. */
  isUnderWay(orderId: string): Promise<boolean>;
  /** @returns undefined when there is no such workflow; `stuck` when its tasks fail; `silent` when no worker answers. */
  queryStatus(orderId: string): Promise<OrderSnapshot | 'stuck' | 'silent' | undefined>;
  /** All that the order's newest run was told and has recorded, as text; undefined when there is no such workflow. */
  readHistory(orderId: string): Promise<string | undefined>;
  /** How long closed workflows are kept. */
  readRetentionMs(): Promise<number>;
}

const CALL_LIMIT_MS = 10_000;
const PAGE = 1_000;

/** Reads the workflows of one task queue: a namespace may have those of other systems. */
export function readTemporal(
  { client, connection }: Pick<TemporalConnection, 'client' | 'connection'>,
  { namespace, taskQueue, codec }: { namespace: string; taskQueue: string; codec: PayloadCodec },
): TemporalReader {
  const ours = (query: string): string => `TaskQueue = '${taskQueue.replaceAll("'", "''")}' AND (${query})`;
  const orUndefined = async <T>(call: () => Promise<T>): Promise<T | undefined> => {
    try {
      return await connection.withDeadline(Date.now() + CALL_LIMIT_MS, call);
    } catch (error) {
      if (error instanceof WorkflowNotFoundError) return undefined;
      // The SDK's own text is only "Failed to query Workflow"; what is the matter stands in the cause.
      throw error instanceof ServiceError
        ? new Error(`${error.message}: ${String(error.cause)}`, { cause: error })
        : error;
    }
  };
  const handleOf = (orderId: string) => client.workflow.getHandle(orderWorkflowId(orderId));

  return {
    async *list(query) {
      for await (const workflow of client.workflow.list({ query: ours(query), pageSize: PAGE })) yield toRun(workflow);
    },
    count: async (query) => (await client.workflow.count(ours(query))).count,
    findRun: (orderId) => orUndefined(async () => toRun(await handleOf(orderId).describe())),
    async isUnderWay(orderId) {
      const raw = (await orUndefined(() => handleOf(orderId).describe()))?.raw;
      return raw !== undefined && ((raw.pendingActivities?.length ?? 0) > 0 || Boolean(raw.pendingWorkflowTask));
    },
    async queryStatus(orderId) {
      try {
        return await orUndefined(() => handleOf(orderId).query(getStatus));
      } catch (error) {
        const { message } = error as Error;
        if (/Workflow Task in failed state/i.test(message)) return 'stuck';
        if (/DEADLINE_EXCEEDED|CANCELLED|no poller seen/i.test(message)) return 'silent';
        throw error;
      }
    },
    readHistory: async (orderId) => {
      const history = await orUndefined(() => handleOf(orderId).fetchHistory());
      return history && openHistory(historyToJSON(history), codec);
    },
    async readRetentionMs() {
      const { config } = await connection.workflowService.describeNamespace({ namespace });
      return Number(config?.workflowExecutionRetentionTtl?.seconds ?? 0) * 1_000;
    },
  };
}

const toRun = ({ workflowId, runId, type, status, startTime }: Omit<WorkflowExecutionInfo, 'raw'>): WorkflowRun => ({
  ...{ workflowId, runId, type, status: status.name, startedAt: startTime },
});
