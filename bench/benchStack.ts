import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { RunFile } from '../runtime/dev/runFile';
import { addUsage, NO_USAGE, readUsage, type Usage } from './processUsage';

const ROOT = resolve(__dirname, '..');
const START_LIMIT_MS = 90_000;
/** Parts of the system by the beginning of their process' name in the launcher's list. */
const PARTS = ['api', 'worker', 'temporal', 'postgres', 'sandbox'] as const;
export type Part = (typeof PARTS)[number];

export interface Reply {
  status: number;
  body: string;
  headers: Record<string, string | string[] | undefined>;
}

export interface BenchStack {
  run: RunFile;
  home: string;
  call(
    method: string,
    path: string,
    options?: { key?: string; body?: unknown; headers?: Record<string, string> },
  ): Promise<Reply>;
  /** CPU time and memory of each part so far. */
  usage(): Record<Part, Usage>;
  /** The processes of a part. */
  pids(part: Part): number[];
  stop(): Promise<void>;
}

/** The whole system in a folder of its own, as `npm start` brings it up, and a lean HTTP client for it. */
export async function startBenchStack(env: Record<string, string>): Promise<BenchStack> {
  const home = mkdtempSync(join(tmpdir(), 'oms-bench-'));
  const runPath = join(home, 'run.json');
  const launcher = spawn(process.execPath, ['--import', 'tsx', 'runtime/dev/main.ts', '--no-sample'], {
    cwd: ROOT,
    env: {
      ...process.env,
      OMS_HOME: home,
      LOG_LEVEL: 'warn',
      OMS_SANDBOX_PACE_MS: '50',
      RATE_LIMIT_PER_MINUTE: '10000000',
      ...env,
    },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const deadline = Date.now() + START_LIMIT_MS;
  while (!existsSync(runPath)) {
    if (launcher.exitCode !== null || Date.now() > deadline)
      throw new Error('the system did not start; see the log above');
    await sleep(100);
  }
  const run = JSON.parse(readFileSync(runPath, 'utf8')) as RunFile;
  const agent = new Agent({ keepAlive: true, maxSockets: 256 });
  return {
    run,
    home,
    call: (method, path, { key = run.keys.channel, body, headers = {} } = {}) =>
      send(agent, new URL(path, run.api), method, body === undefined ? undefined : JSON.stringify(body), {
        authorization: `Bearer ${key}`,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      }),
    usage: () => readParts(home),
    pids: (part) => readProcesses(home, part),
    stop: async () => {
      agent.destroy();
      if (launcher.exitCode === null) {
        launcher.kill('SIGINT');
        await new Promise((done) => launcher.once('exit', done));
      }
      rmSync(home, { recursive: true, force: true });
    },
  };
}

function readProcesses(home: string, part: Part): number[] {
  const processes = JSON.parse(readFileSync(join(home, 'processes.json'), 'utf8')) as { name: string; pid: number }[];
  return processes.filter(({ name }) => name.toLowerCase().startsWith(part)).map(({ pid }) => pid);
}

function readParts(home: string): Record<Part, Usage> {
  const sumOf = (part: Part): Usage => readProcesses(home, part).map(readUsage).reduce(addUsage, NO_USAGE);
  return Object.fromEntries(PARTS.map((part) => [part, sumOf(part)])) as Record<Part, Usage>;
}

export function send(
  agent: Agent,
  url: URL,
  method: string,
  body: string | undefined,
  headers: Record<string, string>,
): Promise<Reply> {
  return new Promise((resolve, reject) => {
    const call = request(url, { agent, method, headers }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () =>
        resolve({
          status: response.statusCode ?? 0,
          body: Buffer.concat(chunks).toString(),
          headers: response.headers,
        }),
      );
      response.on('error', reject);
    });
    call.on('error', reject);
    call.end(body);
  });
}
