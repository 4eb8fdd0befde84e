import { Client, Connection } from '@temporalio/client';
import type { Config } from './settings';
import { createDataConverter } from './dataConverter';
import { expectFirstWord } from './expectFirstWord';

export interface TemporalConnection {
  client: Client;
  connection: Connection;
  /** Answers within a second, and never throws. */
  isUp(): Promise<boolean>;
  close(): Promise<void>;
}

type Settings = Pick<Config, 'TEMPORAL_ADDRESS' | 'TEMPORAL_NAMESPACE'> & Partial<Pick<Config, 'PAYLOAD_KEYS'>>;

const HEALTH_DEADLINE_MS = 1000;
const DEFAULT_PORT = 7233;

/** Connects with the first call, and again by itself after an outage: a process starts and stays up without Temporal. */
export function connectTemporal(config: Settings): TemporalConnection {
  const connection = Connection.lazy({
    address: config.TEMPORAL_ADDRESS,
    // gRPC's own default lets the pause between attempts grow to two minutes, long after Temporal is back.
    channelArgs: { 'grpc.initial_reconnect_backoff_ms': 100, 'grpc.max_reconnect_backoff_ms': 2000 },
  });
  const stopWatching = expectFirstWord(Number(/:(\d+)$/.exec(config.TEMPORAL_ADDRESS)?.[1] ?? DEFAULT_PORT));
  const dataConverter = createDataConverter(config);
  const client = new Client({
    connection,
    namespace: config.TEMPORAL_NAMESPACE,
    ...(dataConverter && { dataConverter }),
  });
  return {
    client,
    connection,
    // Not `ensureConnected`: it remembers a first failure for good.
    isUp: () =>
      connection
        .withDeadline(Date.now() + HEALTH_DEADLINE_MS, () => connection.workflowService.getSystemInfo({}))
        .then(
          () => true,
          () => false,
        ),
    close() {
      stopWatching();
      return connection.close();
    },
  };
}

/** The page of a workflow's newest run in the Temporal Web UI. */
export function temporalWorkflowUrl(
  config: Pick<Config, 'TEMPORAL_UI_URL' | 'TEMPORAL_NAMESPACE'>,
  workflowId: string,
): string {
  const base = config.TEMPORAL_UI_URL.replace(/\/+$/, '');
  return `${base}/namespaces/${encodeURIComponent(config.TEMPORAL_NAMESPACE)}/workflows/${encodeURIComponent(workflowId)}`;
}
