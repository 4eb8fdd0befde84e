import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The servers that globalSetup started for this run. */
export interface TestServers {
  /** An address of the maintenance database, as a role that may create others. */
  postgresUrl: string;
  temporalAddress: string;
}

/** Names the folder of the run: its servers' data, logs, processes and addresses. */
export const FOLDER_VARIABLE = 'OMS_TEST_FOLDER';

export const serversFile = (folder: string) => join(folder, 'servers.json');

export function testServers(): TestServers {
  const folder = process.env[FOLDER_VARIABLE];
  if (folder === undefined) throw new Error('No servers were started for the tests: run them with `npm test`.');
  return JSON.parse(readFileSync(serversFile(folder), 'utf8')) as TestServers;
}
