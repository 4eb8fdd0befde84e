import { removeAbandonedFolders } from './faultFolder';
import { startSystem, type System, type SystemWishes } from './startSystem';

/** One system at a time: most scenarios share it, as starting one takes longer than some of them. */
export interface SystemKeeper {
  take(wishes?: SystemWishes): Promise<System>;
  /** The next one gets a fresh system. */
  discard(): Promise<void>;
  stop(): Promise<void>;
}

export function createSystemKeeper(start: (wishes?: SystemWishes) => Promise<System> = startSystem): SystemKeeper {
  let current: { system: System; wishes: SystemWishes | undefined } | undefined;
  const discard = async () => {
    const { system } = current ?? {};
    current = undefined;
    await system?.stop();
  };
  return {
    async take(wishes) {
      if (current !== undefined && current.wishes === wishes) return current.system;
      await discard();
      await removeAbandonedFolders();
      const system = await start(wishes);
      current = { system, wishes };
      return system;
    },
    discard,
    stop: discard,
  };
}
