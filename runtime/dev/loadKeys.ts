import { randomBytes } from 'node:crypto';
import { chmodSync, existsSync, readFileSync } from 'node:fs';
import { writeFileAtomically } from './writeFileAtomically';

/** One API key for each role. */
export interface Keys {
  channel: string;
  ops: string;
  admin: string;
}

/** The keys of this instance: made at the first start, the same ever after, readable by nobody else. */
export function loadKeys(path: string): Keys {
  if (!existsSync(path)) {
    const keys: Keys = { channel: makeKey('channel'), ops: makeKey('ops'), admin: makeKey('admin') };
    writeFileAtomically(path, `${JSON.stringify(keys, null, 2)}\n`);
    return keys;
  }
  chmodSync(path, 0o600);
  const { channel, ops, admin } = JSON.parse(readFileSync(path, 'utf8')) as Partial<Keys>;
  if (channel === undefined || ops === undefined || admin === undefined) {
    throw new Error(`${path} lacks a key (channel, ops or admin). Mend it, or start with --reset.`);
  }
  return { channel, ops, admin };
}

function makeKey(role: keyof Keys): string {
  return `oms_${role}_${randomBytes(16).toString('hex')}`;
}
