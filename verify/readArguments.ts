import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { loadConfig } from '../runtime/config';
import type { Config } from '../runtime/settings';
import { readRunFile, type RunFile } from '../runtime/dev/runFile';
import { parseDuration } from '../runtime/parseDuration';
import { listSecrets } from './listSecrets';
import type { VerifyOptions } from './verifySystem';

export const USAGE = `Usage: npm run verify -- [options]

Reads Postgres, Temporal and the sandbox's ledger, and checks what must hold at every moment. Changes nothing.
Where they are stands in the environment, as for a worker; without DATABASE_URL in .oms/run.json, which npm start writes.

  --run-file FILE      where the system is, as npm start wrote it down
  --sandbox URL        the sandbox whose ledger is the witness; taken from the run file
  --acknowledged FILE  ids of orders that clients got 200, 201 or 202 for, one a line
  --logs DIR           a folder of log files to look through; the one beside the run file
  --histories N        read the histories of so many orders, spread over all (200)
  --projections N      compare so many open orders with their workflows, spread over all (all)
  --grace DURATION     how long a message may be under way (5m)
  --only A,B           check these alone
  --json               print one JSON document
  --help

Ends with 0 if all holds, 1 if something is broken, 2 if nothing is but not all could be read.
`;

export interface Arguments {
  help: boolean;
  json: boolean;
  options: VerifyOptions;
}

/** @throws {Error} with a sentence for whoever typed it */
export function readArguments(args: string[], env: NodeJS.ProcessEnv): Arguments {
  const text = { type: 'string' } as const;
  const flag = { type: 'boolean', default: false } as const;
  const { values } = parseArgs({
    args,
    options: {
      ...{ 'run-file': text, sandbox: text, acknowledged: text, logs: text, histories: text, projections: text },
      ...{ grace: text, only: text, json: flag, help: flag },
    },
  });
  if (values.help) return { help: true, json: false, options: { databaseUrl: '', temporalAddress: '' } };
  const runFile = findRunFile(values['run-file'], env);
  const config = readConfig(runFile?.run, env);
  return {
    help: false,
    json: values.json,
    options: {
      databaseUrl: config.DATABASE_URL,
      temporalAddress: config.TEMPORAL_ADDRESS,
      namespace: config.TEMPORAL_NAMESPACE,
      taskQueue: config.TASK_QUEUE,
      payloadKeys: config.PAYLOAD_KEYS,
      sandboxUrl: values.sandbox ?? runFile?.run.sandbox ?? null,
      secrets: listSecrets(config, runFile && [runFile.run.keys.channel, runFile.run.keys.ops, runFile.run.keys.admin]),
      logs: values.logs ?? runFile?.logs ?? null,
      ...(values.acknowledged === undefined ? {} : { acknowledged: readIds(values.acknowledged) }),
      ...(values.histories === undefined ? {} : { histories: readCount('--histories', values.histories) }),
      ...(values.projections === undefined ? {} : { projections: readCount('--projections', values.projections) }),
      ...(values.grace === undefined ? {} : { graceMs: parseDuration(values.grace) }),
      ...(values.only === undefined ? {} : { only: values.only.split(',') }),
    },
  };
}

/** The one that was named; or that of an instance on this machine, if the environment names no database. */
function findRunFile(
  named: string | undefined,
  env: NodeJS.ProcessEnv,
): { run: RunFile; logs: string | null } | undefined {
  if (named === undefined && (env['DATABASE_URL'] ?? env['DATABASE_URL_FILE']) !== undefined) return undefined;
  const home = named === undefined ? (env['OMS_HOME'] ?? '.oms') : dirname(named);
  const run = named === undefined ? readRunFile(home) : (JSON.parse(readFileSync(named, 'utf8')) as RunFile);
  if (run === undefined) return undefined;
  const logs = join(home, 'logs');
  return { run, logs: existsSync(logs) ? logs : null };
}

function readConfig(run: RunFile | undefined, env: NodeJS.ProcessEnv): Config {
  if (run === undefined) return loadConfig(env);
  const { DATABASE_URL_FILE: _database, TEMPORAL_ADDRESS_FILE: _temporal, ...others } = env;
  return loadConfig({ ...others, DATABASE_URL: run.databaseUrl, TEMPORAL_ADDRESS: run.temporalAddress });
}

const readIds = (path: string): string[] =>
  readFileSync(path, 'utf8')
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');

function readCount(name: string, given: string): number {
  if (!/^\d{1,9}$/.test(given)) throw new Error(`${name} has to be a number, and not ${given}`);
  return Number(given);
}
