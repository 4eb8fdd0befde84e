import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { processIdentity } from './processIdentity';

/** Below the range from which systems take the ports of outgoing connections, so that none of those gets in our way. */
const LOWEST = 20_000;
const HIGHEST = 30_000;
const ATTEMPTS = 200;
const claimed = new Set<string>();

/**
 * The preferred port when it is free, else another free one. A port is claimed for the life of this process:
 * its server binds only some seconds later, and a second instance started meanwhile must not choose the same.
 */
export async function pickPort(preferred?: number): Promise<number> {
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    const port =
      attempt === 0 && preferred !== undefined ? preferred : LOWEST + Math.floor(Math.random() * (HIGHEST - LOWEST));
    if (!claim(port)) continue;
    if (await isFree(port)) return port;
    release(claimPath(port));
  }
  throw new Error(`No free port was found between ${LOWEST} and ${HIGHEST}.`);
}

/** Whether a server could bind the port, on this machine's own address and on all of them. */
async function isFree(port: number): Promise<boolean> {
  return (await canListen(port, '127.0.0.1')) && (await canListen(port, '0.0.0.0'));
}

function canListen(port: number, host: string): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen({ port, host, exclusive: true }, () => server.close(() => resolve(true)));
  });
}

function claimPath(port: number): string {
  const folder = join(tmpdir(), `oms-ports-${process.getuid?.() ?? 'all'}`);
  mkdirSync(folder, { recursive: true });
  return join(folder, String(port));
}

function claim(port: number): boolean {
  const path = claimPath(port);
  if (claimed.has(path)) return false;
  if (claimed.size === 0) process.once('exit', () => claimed.forEach(release));
  for (const isLastTry of [false, true]) {
    try {
      writeFileSync(path, `${process.pid} ${processIdentity(process.pid)}`, { flag: 'wx' });
      claimed.add(path);
      return true;
    } catch {
      if (isLastTry || !isAbandoned(path)) return false;
      release(path);
    }
  }
  return false;
}

function isAbandoned(path: string): boolean {
  try {
    const [pid, identity] = readFileSync(path, 'utf8').split(' ');
    return processIdentity(Number(pid)) !== identity;
  } catch {
    return false;
  }
}

function release(path: string): void {
  claimed.delete(path);
  rmSync(path, { force: true });
}
