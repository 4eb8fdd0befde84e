import type { DataConverter } from '@temporalio/common';
import type { Config } from './settings';
import { createPayloadCodec } from './payloadCodec';
import { readPayloadKeys } from './payloadKeys';

/**
 * How every process of ours writes and reads what Temporal keeps: API, workers, relay and loops. Undefined is the SDK's own way, in
 * clear. It runs outside the workflow sandbox; what failures say is encoded inside of it as well, by the bundle (`bundleWorkflows`).
 */
export function createDataConverter({
  PAYLOAD_KEYS,
}: Partial<Pick<Config, 'PAYLOAD_KEYS'>>): DataConverter | undefined {
  if (PAYLOAD_KEYS === undefined) return undefined;
  const keys = readPayloadKeys(PAYLOAD_KEYS);
  return {
    payloadCodecs: [createPayloadCodec(keys)],
    ...(keys.first !== null && { failureConverterPath: require.resolve('../workflows/shared/failureConverter') }),
  };
}
