import { parseArgs } from 'node:util';
import { Connection } from '@temporalio/client';
import { registerNamespaceSettings } from '../runtime/dev/registerNamespaceSettings';
import { loadConfig } from '../runtime/config';
import { searchAttributes } from '../workflows/shared/searchAttributes';

const RETENTION_DAYS = 90;
const CALL_LIMIT_MS = 10_000;
const ALREADY_EXISTS = 6;

/**
 * The job that makes a Temporal server ready for our workflows: the namespace, the days for which closed orders can be looked
 * at, and the search attributes. Safe to run again; what is there already is left as it is, but for the retention.
 */
async function main(args: string[]): Promise<void> {
  const options = { 'retention-days': { type: 'string', default: String(RETENTION_DAYS) } } as const;
  const retentionDays = Number(parseArgs({ args, options }).values['retention-days']);
  if (!Number.isInteger(retentionDays) || retentionDays < 1) throw new Error('--retention-days has to be 1 or more');
  const { TEMPORAL_ADDRESS: address, TEMPORAL_NAMESPACE: namespace } = readConfig();
  await createNamespace(address, namespace, retentionDays);
  await registerNamespaceSettings({
    address,
    namespace,
    searchAttributes: Object.values(searchAttributes),
    retentionDays,
  });
  process.stdout.write(`Temporal at ${address}: namespace ${namespace} is ready, retention ${retentionDays} days\n`);
}

/** Of all settings these alone: the job is given no database and no provider's secret. */
function readConfig() {
  const { TEMPORAL_ADDRESS, TEMPORAL_NAMESPACE } = process.env;
  return loadConfig({ DATABASE_URL: 'postgres://unused/oms', TEMPORAL_ADDRESS, TEMPORAL_NAMESPACE });
}

async function createNamespace(address: string, namespace: string, retentionDays: number): Promise<void> {
  const connection = await Connection.connect({ address, connectTimeout: CALL_LIMIT_MS });
  const workflowExecutionRetentionPeriod = { seconds: retentionDays * 86_400 } as never;
  try {
    await connection.withDeadline(Date.now() + CALL_LIMIT_MS, () =>
      connection.workflowService.registerNamespace({ namespace, workflowExecutionRetentionPeriod }),
    );
  } catch (error) {
    if ((error as { code?: number }).code !== ALREADY_EXISTS) throw error;
  } finally {
    await connection.close();
  }
}

main(process.argv.slice(2)).catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});
