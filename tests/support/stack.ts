import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { RunFile } from '../../runtime/dev/runFile';
import { createContractClient, type ContractClient } from './contractClient';

const ROOT = resolve(__dirname, '../..');
const START_LIMIT_MS = 90_000;

export interface Stack {
  home: string;
  /** The run file as it stands now: processes that were started again have new pids. */
  run(): RunFile;
  channel: ContractClient;
  ops: ContractClient;
  /** What the launcher has printed. */
  output(): string;
  sandbox<T = unknown>(path: string, body?: object): Promise<T>;
  /** What really happened at the providers, effect by effect. */
  effects(orderId: string): Promise<string[]>;
  /** Polls until the answer is there. @throws with what it last saw. */
  until<T>(what: string, look: () => Promise<T | undefined>, limitMs?: number): Promise<T>;
  /** Ctrl-C, and waits for the end. @returns the exit code. */
  stop(): Promise<number | null>;
  /** Starts again on the same data. */
  start(): Promise<void>;
  /** Ends it if it runs and removes its data. */
  remove(): Promise<void>;
}

/** The whole system as a newcomer starts it, by `npm start`'s own program, in a folder and on ports of its own. */
export async function startStack(options: { env?: Record<string, string>; args?: string[] } = {}): Promise<Stack> {
  const home = mkdtempSync(join(tmpdir(), 'oms-stack-'));
  const runPath = join(home, 'run.json');
  let child: ChildProcess | undefined;
  let printed = '';

  const stack: Stack = {
    home,
    run: () => JSON.parse(readFileSync(runPath, 'utf8')) as RunFile,
    channel: undefined as never,
    ops: undefined as never,
    output: () => printed,
    async sandbox<T>(path: string, body?: object): Promise<T> {
      const response = await fetch(`${stack.run().sandbox}${path}`, {
        headers: { accept: 'application/json', ...(body ? { 'content-type': 'application/json' } : {}) },
        ...(body ? { method: 'POST', body: JSON.stringify(body) } : {}),
      });
      if (!response.ok) throw new Error(`sandbox ${path}: ${response.status} ${await response.text()}`);
      return (await response.json()) as T;
    },
    async effects(orderId) {
      const { data } = await stack.sandbox<{ data: { effect: string }[] }>(`/ledger?orderId=${orderId}`);
      return data.map((entry) => entry.effect);
    },
    async until(what, look, limitMs = 60_000) {
      const deadline = Date.now() + limitMs;
      let last: unknown;
      while (Date.now() < deadline) {
        try {
          const seen = await look();
          if (seen !== undefined) return seen;
        } catch (error) {
          last = error;
        }
        await new Promise((resolve) => setTimeout(resolve, 100));
      }
      throw new Error(`${what}: not within ${limitMs} ms (${String(last)})\n${printed.slice(-3000)}`);
    },
    async start() {
      printed = '';
      child = spawn(
        process.execPath,
        ['--import', 'tsx', 'runtime/dev/main.ts', ...(options.args ?? ['--no-sample'])],
        {
          cwd: ROOT,
          env: { ...process.env, OMS_HOME: home, API_PORT: '', NODE_ENV: 'development', ...options.env },
          stdio: ['ignore', 'pipe', 'pipe'],
        },
      );
      child.stdout?.on('data', (chunk: Buffer) => void (printed += chunk.toString()));
      child.stderr?.on('data', (chunk: Buffer) => void (printed += chunk.toString()));
      await stack.until(
        'the stack is ready',
        async () => {
          if (child?.exitCode !== null) throw new Error(`the launcher ended with ${child?.exitCode}`);
          return existsSync(runPath) ? true : undefined;
        },
        START_LIMIT_MS,
      );
      const { api, keys } = stack.run();
      stack.channel = createContractClient(api, keys.channel);
      stack.ops = createContractClient(api, keys.ops);
    },
    async stop() {
      if (child === undefined || child.exitCode !== null) return child?.exitCode ?? null;
      const ended = new Promise<number | null>((resolve) => child?.once('exit', (code) => resolve(code)));
      child.kill('SIGINT');
      return ended;
    },
    async remove() {
      await stack.stop();
      rmSync(home, { recursive: true, force: true });
    },
  };
  await stack.start();
  return stack;
}
