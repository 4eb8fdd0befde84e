import type { Database } from '../db/connection';
import type { LedgerReader } from './readLedger';
import type { TemporalReader } from './readTemporal';

/** One thing that is not as it must always be. */
export interface Breach {
  /** What it is found by: an order, a stock level, the key of an effect, a line of a log. */
  id: string;
  /** In words; ids and amounts, and never personal data or a secret. */
  what: string;
  /** The order that it concerns, if it concerns one. */
  orderId?: string;
}

export interface CheckResult {
  /** How many things were looked at. */
  checked: number;
  breaches: Breach[];
}

/** Something that holds at every moment, whatever has died, been repeated or come late. */
export interface Invariant {
  name: string;
  title: string;
  /** The open order of a breach is stopped for a person to look into it: its money or goods may not be right. */
  stopsOrder: boolean;
  /** Why it can't be checked with what there is; null when it can. */
  findObstacle?(context: VerifyContext): string | null;
  /** @throws when something could not be read: then nothing is known. */
  check(context: VerifyContext): Promise<CheckResult>;
}

export interface VerifyContext {
  /** Postgres itself refuses to write through it. */
  database: Database;
  temporal: TemporalReader;
  /** The books of the sandbox; null with real providers. */
  ledger: LedgerReader | null;
  settings: VerifySettings;
}

export interface VerifySettings {
  /** How long a message may be under way, and an accepted order without its workflow. */
  graceMs: number;
  /** Pauses before what looks wrong, and may just be on its way, is looked at again. */
  settleMs: readonly number[];
  /** Of how many orders the histories are read. */
  histories: number;
  /** How many open orders are compared with their workflows. */
  projections: number;
  /** Moves these two choices along. */
  shift: number;
  /** Ids of orders that clients got an acknowledgement for. */
  acknowledged: readonly string[] | null;
  /** A folder of log files. */
  logs: string | null;
  /** What must never stand in a history or log. */
  secrets: readonly string[];
}
