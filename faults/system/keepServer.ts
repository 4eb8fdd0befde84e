import type { ProcessList } from '../../runtime/dev/processList';
import { startService, type RunningService, type Service } from '../../runtime/dev/service';

/** A server that a scenario may end and start again as it likes; nobody else starts it. */
export interface KeptServer {
  pid(): number;
  isUp(): boolean;
  /** Ends it by the signal; resolves when it is gone. */
  end(signal: NodeJS.Signals): Promise<void>;
  /** Starts it where it is not up; resolves when it answers. @throws when it does not come up. */
  ensureUp(): Promise<void>;
  stop(): Promise<void>;
}

/** Starts a server and writes its pid down, so that it can be stopped whatever becomes of this process. */
export async function keepServer(service: Service, list: ProcessList): Promise<KeptServer> {
  let running: RunningService | undefined;
  let up = false;

  const ensureUp = async (): Promise<void> => {
    if (up) return;
    const started = await startService(service, (pid) =>
      list.add({ name: service.name, pid, stopSignal: service.stopSignal }),
    );
    running = started;
    up = true;
    void started.ended.then(() => {
      list.remove(started.pid);
      if (running === started) up = false;
    });
  };
  await ensureUp();
  return {
    pid: () => {
      if (running === undefined || !up) throw new Error(`${service.name} is not up`);
      return running.pid;
    },
    isUp: () => up,
    async end(signal) {
      if (running === undefined || !up) return;
      process.kill(running.pid, signal);
      await running.ended;
    },
    ensureUp,
    async stop() {
      if (up) await running?.stop();
    },
  };
}
