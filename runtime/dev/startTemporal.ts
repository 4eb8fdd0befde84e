import { join } from 'node:path';
import type { Terminal } from './createTerminal';
import type { Layers } from './createLayers';
import { findTemporalCli } from './findTemporalCli';
import { openLog } from './openLog';
import type { Settings } from './readSettings';
import { temporalService } from './temporalService';

const RETENTION_DAYS = 90;

/** A Temporal server at the address, ours unless one was named, prepared for our workflows. */
export async function startTemporal({
  settings,
  terminal,
  layers,
  address,
  port,
  uiPort,
  logs,
}: {
  settings: Settings;
  terminal: Terminal;
  layers: Layers;
  address: string;
  port: number;
  uiPort: number;
  logs: string;
}): Promise<void> {
  const done = terminal.step();
  const isOurs = settings.TEMPORAL_ADDRESS === undefined;
  const namespace = settings.TEMPORAL_NAMESPACE;
  const { searchAttributes } = await import('../../workflows/shared/searchAttributes.js');
  const attributes = Object.values(searchAttributes);
  // The client takes a while to load: meanwhile the server starts.
  const registration = import('./registerNamespaceSettings.js');
  registration.catch(() => undefined);
  if (isOurs) {
    const cli = await findTemporalCli({
      cliPath: settings.TEMPORAL_CLI_PATH,
      binFolders: settings.binFolders,
      root: settings.root,
      say: terminal.say,
    });
    const service = temporalService({
      cli,
      ...(settings.OMS_TEMPORAL_STORE === 'file' ? { databaseFile: join(settings.home, 'temporal.db') } : {}),
      port,
      uiPort,
      logFile: openLog(logs, 'temporal'),
      namespace,
      searchAttributes: attributes,
    });
    await layers.supervise('temporal', service).ready;
  }
  const { registerNamespaceSettings } = await registration;
  await registerNamespaceSettings({
    address,
    namespace,
    searchAttributes: attributes,
    ...(isOurs ? { retentionDays: RETENTION_DAYS } : {}),
  });
  done(isOurs ? 'Temporal ready' : `Temporal at ${address} ready`);
}
