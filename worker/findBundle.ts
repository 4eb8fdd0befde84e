import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Config } from '../runtime/settings';
import { readPayloadKeys } from '../runtime/payloadKeys';
import { bundleWorkflows } from './bundleWorkflows';

/**
 * The bundle of workflows that goes with the settings: the prebuilt one, or one that is built now. Workers that encrypt take its
 * twin, in which failures are encoded.
 * @throws {Error} where the prebuilt one has no twin.
 */
export async function findBundle(config: Pick<Config, 'WORKFLOW_BUNDLE' | 'PAYLOAD_KEYS'>): Promise<string> {
  const { WORKFLOW_BUNDLE: prebuilt, PAYLOAD_KEYS: keys } = config;
  const encodeFailures = keys !== undefined && readPayloadKeys(keys).first !== null;
  if (prebuilt === undefined)
    return bundleWorkflows(join(process.env['OMS_HOME'] ?? '.oms', 'bundles'), { encodeFailures });
  if (!encodeFailures) return prebuilt;
  const twin = prebuilt.replace(/(\.js)?$/, '.encoded.js');
  if (existsSync(twin)) return twin;
  throw new Error(`PAYLOAD_KEYS wants ${twin} beside WORKFLOW_BUNDLE, which \`npm run build\` makes`);
}
