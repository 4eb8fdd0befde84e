import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { findTemporalCli } from '../../runtime/dev/findTemporalCli';
import { openLog } from '../../runtime/dev/openLog';
import { pickPort } from '../../runtime/dev/pickPort';
import { registerNamespaceSettings } from '../../runtime/dev/registerNamespaceSettings';
import { startService } from '../../runtime/dev/service';
import { temporalService } from '../../runtime/dev/temporalService';
import { searchAttributes } from '../../workflows/shared/searchAttributes';
import { testProcesses } from './testFolder';
import { FOLDER_VARIABLE } from './testServers';

const ROOT = resolve(__dirname, '../..');

/** A Temporal server for one test file alone: one that is set up otherwise, or that the test may stop. */
export async function startOwnTemporal(
  dynamicConfig: Record<string, boolean | number> = {},
): Promise<{ address: string; stop(): Promise<void> }> {
  const folder = mkdtempSync(join(tmpdir(), 'oms-own-temporal-'));
  const port = await pickPort();
  const address = `127.0.0.1:${port}`;
  const attributes = Object.values(searchAttributes);
  const cli = await findTemporalCli({
    cliPath: process.env['TEMPORAL_CLI_PATH'],
    binFolders: [join(ROOT, '.oms', 'bin')],
    root: ROOT,
    say: () => undefined,
  });
  const service = temporalService({
    ...{ cli, port, namespace: 'default', searchAttributes: attributes, dynamicConfig },
    databaseFile: join(folder, 'temporal.db'),
    logFile: openLog(folder, 'temporal'),
    stopSignal: 'SIGKILL',
  });
  const { name, stopSignal } = service;
  const running = await startService(service, (pid) =>
    testProcesses(process.env[FOLDER_VARIABLE] ?? '').add({ name, pid, stopSignal }),
  );
  await registerNamespaceSettings({ address, namespace: 'default', searchAttributes: attributes });
  return {
    address,
    stop: async () => {
      await running.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
