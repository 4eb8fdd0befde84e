import { connectDatabase } from '../db/connection';
import { createPayloadCodec } from '../runtime/payloadCodec';
import { readPayloadKeys } from '../runtime/payloadKeys';
import { connectTemporal } from '../runtime/temporal';
import { allInvariants } from './allInvariants';
import type { VerifySettings } from './invariant';
import { readLedger } from './readLedger';
import { readTemporal } from './readTemporal';
import { runInvariants, type InvariantResult } from './runInvariants';

/** Where everything is; what is left out of the settings has its default. */
export interface VerifyOptions extends Partial<VerifySettings> {
  databaseUrl: string;
  temporalAddress: string;
  namespace?: string;
  taskQueue?: string;
  /** PAYLOAD_KEYS. Without them what is encrypted can't be read, and is not taken for sound. */
  payloadKeys?: string | undefined;
  /** Null or left out: the effects at the providers are not checked. */
  sandboxUrl?: string | null;
  /** Names of the invariants to check; all when left out. */
  only?: readonly string[];
  onResult?: (result: InvariantResult) => void;
}

export interface VerifyReport {
  /** 0: all holds. 1: something is broken. 2: nothing is, but not all could be read. */
  exitCode: 0 | 1 | 2;
  results: InvariantResult[];
  ms: number;
}

export const DEFAULT_SETTINGS: VerifySettings = {
  graceMs: 5 * 60_000,
  settleMs: [500, 1_500, 3_000],
  histories: 200,
  projections: Number.MAX_SAFE_INTEGER,
  shift: 0,
  acknowledged: null,
  logs: null,
  secrets: [],
};

/** Checks all invariants of a running system, from its records and the witnesses beside it. It changes nothing. */
export async function verifySystem(options: VerifyOptions): Promise<VerifyReport> {
  const begun = Date.now();
  const { namespace = 'default', taskQueue = 'orders', sandboxUrl = null, only, payloadKeys = 'none' } = options;
  const unknown = only?.filter((name) => allInvariants.every((invariant) => invariant.name !== name)) ?? [];
  if (unknown.length > 0)
    throw new Error(
      `there is no invariant ${unknown.join(', ')}; there are ${allInvariants.map(({ name }) => name).join(', ')}`,
    );
  const database = connectDatabase({ url: options.databaseUrl, poolSize: 2, name: 'oms-verify', readOnly: true });
  const temporal = connectTemporal({
    TEMPORAL_ADDRESS: options.temporalAddress,
    TEMPORAL_NAMESPACE: namespace,
    PAYLOAD_KEYS: payloadKeys,
  });
  const codec = createPayloadCodec(readPayloadKeys(payloadKeys));
  try {
    const results = await runInvariants(
      {
        database,
        temporal: readTemporal(temporal, { namespace, taskQueue, codec }),
        ledger: sandboxUrl === null ? null : readLedger(sandboxUrl),
        settings: { ...DEFAULT_SETTINGS, ...withoutUndefined(options) },
      },
      allInvariants.filter(({ name }) => only?.includes(name) ?? true),
      options.onResult,
    );
    const has = (state: InvariantResult['state']) => results.some((result) => result.state === state);
    return { exitCode: has('broken') ? 1 : has('unreadable') ? 2 : 0, results, ms: Date.now() - begun };
  } finally {
    await temporal.close();
    await database.destroy();
  }
}

/** So that an option given as undefined does not take the place of its default. */
const withoutUndefined = (options: Partial<VerifySettings>): Partial<VerifySettings> =>
  Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
