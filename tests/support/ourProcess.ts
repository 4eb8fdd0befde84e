import { spawn } from 'node:child_process';
import { resolve } from 'node:path';

const ROOT = resolve(__dirname, '../..');
const READY_LIMIT_MS = 60_000;

export interface OurProcess {
  pid: number;
  /** Its address, once it has said that it is ready. @throws with what it has printed when it ends before. */
  ready(): Promise<string>;
  signal(name: NodeJS.Signals): void;
  ended: Promise<{ code: number | null; signal: NodeJS.Signals | null }>;
  /** What it has printed on stdout and stderr. */
  output(): string;
  /** Kills it if it still runs. */
  remove(): Promise<void>;
}

/** One of our processes by itself, from source, with the given environment and nothing of this one's settings. */
export function startProcess(entry: `${'api' | 'worker' | 'sandbox'}/main.ts`, env: NodeJS.ProcessEnv): OurProcess {
  const child = spawn(process.execPath, ['--import', 'tsx', resolve(ROOT, entry)], {
    cwd: ROOT,
    env: { PATH: process.env['PATH'], NODE_ENV: 'development', ...env },
    // It ends with this process, however this one ends.
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  let printed = '';
  for (const stream of [child.stdout, child.stderr])
    stream?.on('data', (chunk: Buffer) => (printed += chunk.toString()));
  const ended: OurProcess['ended'] = new Promise((done) => {
    // Not `exit`: what it printed last has to have arrived.
    child.once('close', (code, signal) => done({ code, signal }));
  });
  const said = new Promise<string>((done) => {
    child.on('message', (message: { type?: string; url?: string }) => {
      if (message.type === 'ready') done(message.url ?? '');
    });
  });
  const { pid } = child;
  if (pid === undefined) throw new Error(`${entry} could not be started`);
  return {
    pid,
    ended,
    output: () => printed,
    signal: (name) => void child.kill(name),
    async ready() {
      let timer: NodeJS.Timeout | undefined;
      const late = new Promise<never>((_done, fail) => {
        timer = setTimeout(() => fail(new Error(`${entry} is not ready:\n${printed}`)), READY_LIMIT_MS);
      });
      const over = ended.then(({ code }) => Promise.reject(new Error(`${entry} ended with ${code}:\n${printed}`)));
      return Promise.race([said, over, late]).finally(() => clearTimeout(timer));
    },
    async remove() {
      child.kill('SIGKILL');
      await ended;
    },
  };
}
