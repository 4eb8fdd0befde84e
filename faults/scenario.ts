import type { SystemWishes } from './system/startSystem';
import type { World } from './world';

export interface Scenario {
  /** As in the matrix of faults, such as F3. */
  id: string;
  title: string;
  /** Part of the set that is run by default. */
  short: boolean;
  /** How long everything may take to close after the faults are gone. */
  settleMs?: number;
  /** A system of its own is started for it then. */
  wishes?: SystemWishes;
  /** Workflows are ended on purpose: the sweeper finds them and holds their orders. */
  losesWorkflows?: boolean;
  /** Why it can't be run here. */
  obstacle?(): string | undefined;
  /** Breaks things while orders come, and says what it saw. What is broken when it returns is mended by the judge. */
  run(world: World): Promise<void>;
}
