import { cpSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { historyToJSON } from '@temporalio/common/lib/proto-utils';
import type { System } from './system/startSystem';

const MOST_ORDERS = 20;

/** Keeps the logs of a system in which something was wrong, and the histories of the orders that it was about. */
export async function keepEvidence(system: System, orderIds: readonly string[], to: string): Promise<void> {
  const { launched, folder, temporalClient } = system;
  rmSync(to, { recursive: true, force: true });
  mkdirSync(to, { recursive: true });
  cpSync(launched.logs, to, { recursive: true });
  cpSync(join(folder, 'servers'), to, { recursive: true });
  for (const id of orderIds.slice(0, MOST_ORDERS)) {
    try {
      for await (const { runId, status } of temporalClient.client.workflow.list({ query: `WorkflowId = '${id}'` })) {
        const history = await temporalClient.client.workflow.getHandle(id, runId).fetchHistory();
        writeFileSync(join(to, `${id}.${status.name.toLowerCase()}.${runId}.json`), historyToJSON(history));
      }
    } catch (error) {
      writeFileSync(join(to, `${id}.txt`), String(error));
    }
  }
}
