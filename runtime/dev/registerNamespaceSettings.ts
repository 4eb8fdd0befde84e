import { Connection } from '@temporalio/client';
import { messageOf } from './messageOf';
import { pollUntil } from './pollUntil';
import { searchAttributeKinds, type SearchAttribute } from './searchAttributeKinds';

const DAY_SECONDS = 86_400;
const LIMIT_MS = 20_000;
const CALL_LIMIT_MS = 3_000;

/**
 * Waits until Temporal serves the namespace, then gives it what the workflows need: the search attributes that it
 * lacks, and (on a server of our own) the days for which closed orders can be looked at.
 */
export async function registerNamespaceSettings({
  address,
  namespace,
  searchAttributes,
  retentionDays,
}: {
  address: string;
  namespace: string;
  searchAttributes: readonly SearchAttribute[];
  /** Left as it is when not given: the namespace of a server that isn't ours belongs to somebody. */
  retentionDays?: number;
}): Promise<void> {
  const connection = Connection.lazy({ address, channelArgs: { 'grpc.initial_reconnect_backoff_ms': 50 } });
  const call = <T>(request: () => Promise<T>) => connection.withDeadline(Date.now() + CALL_LIMIT_MS, request);
  const limit = new AbortController();
  const timer = setTimeout(() => limit.abort(new Error(`no answer within ${LIMIT_MS / 1000} s`)), LIMIT_MS);
  try {
    await pollUntil(() => call(() => connection.workflowService.describeNamespace({ namespace })).then(() => true), {
      everyMs: 50,
      signal: limit.signal,
    });
    await addMissing({ connection, call, namespace, searchAttributes, signal: limit.signal });
    if (retentionDays !== undefined) {
      const config = { workflowExecutionRetentionTtl: { seconds: retentionDays * DAY_SECONDS } } as never;
      await call(() => connection.workflowService.updateNamespace({ namespace, config }));
    }
  } catch (error) {
    throw new Error(`Temporal at ${address} could not be prepared (namespace ${namespace}): ${messageOf(error)}`, {
      cause: error,
    });
  } finally {
    clearTimeout(timer);
    await connection.close();
  }
}

async function addMissing({
  connection,
  call,
  namespace,
  searchAttributes,
  signal,
}: {
  connection: Connection;
  call: <T>(request: () => Promise<T>) => Promise<T>;
  namespace: string;
  searchAttributes: readonly SearchAttribute[];
  signal: AbortSignal;
}): Promise<void> {
  const findMissing = async () => {
    const { customAttributes } = await call(() => connection.operatorService.listSearchAttributes({ namespace }));
    for (const { name, type } of searchAttributes) {
      const known = customAttributes[name];
      if (known !== undefined && Number(known) !== searchAttributeKinds[type].code) {
        throw new Error(`its search attribute ${name} is not of the kind ${searchAttributeKinds[type].flag}`);
      }
    }
    return searchAttributes.filter(({ name }) => customAttributes[name] === undefined);
  };
  const missing = await findMissing();
  if (missing.length === 0) return;
  const wanted = Object.fromEntries(missing.map(({ name, type }) => [name, searchAttributeKinds[type].code]));
  try {
    await call(() => connection.operatorService.addSearchAttributes({ namespace, searchAttributes: wanted }));
  } catch (error) {
    // Another instance on the same server may have been quicker; whether all are there is asked below.
    if (!/already exist/i.test((error as Error).message)) throw error;
  }
  await pollUntil(async () => (await findMissing()).length === 0, { everyMs: 100, signal });
}
