import { spawn } from 'node:child_process';
import { mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { createLayers } from '../../runtime/dev/createLayers';
import { openLog } from '../../runtime/dev/openLog';
import { processIdentity } from '../../runtime/dev/processIdentity';
import { processList } from '../../runtime/dev/processList';
import type { Service } from '../../runtime/dev/service';
import { superviseService } from '../../runtime/dev/superviseService';

const STAYS = 'process.send("ready"); setInterval(() => {}, 1000)';
const IGNORES_SIGNALS = `process.on("SIGTERM", () => {}); ${STAYS}`;
const FAILS = 'console.error("the port is taken"); process.exit(7)';

let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'oms-supervise-'))));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const listPath = () => join(folder, 'processes.json');

describe('a supervised service', () => {
  test('is started again when it dies, and told of', async () => {
    const said: string[] = [];
    const list = processList(listPath());
    let changes = 0;
    const supervised = superviseService({
      service: service('worker', STAYS),
      list,
      say: (line) => said.push(line),
      onChange: () => (changes += 1),
    });
    await supervised.ready;
    const first = supervised.pid() as number;
    process.kill(first, 'SIGKILL');
    while (changes === 0) await sleep(20);

    const second = supervised.pid() as number;
    expect(second).not.toBe(first);
    expect(said).toEqual(['worker ended (SIGKILL); it is started again in 0.2 s', 'worker is back']);
    expect(JSON.parse(readFileSync(listPath(), 'utf8'))).toEqual([expect.objectContaining({ pid: second })]);
    await supervised.stop();
    expect(processIdentity(second)).toBeUndefined();
    expect(() => readFileSync(listPath())).toThrow('ENOENT');
  });

  test('that never comes up is given up with the end of its log', async () => {
    const supervised = superviseService({
      service: service('api', FAILS),
      list: processList(listPath()),
      say: () => undefined,
    });
    await expect(supervised.ready).rejects.toThrow(
      /api did not start: it ended with exit code 7\.[^]*the port is taken/,
    );
    await supervised.stop();
  });

  test('that does not end when asked is killed after its limit', async () => {
    const supervised = superviseService({
      service: { ...service('stubborn', IGNORES_SIGNALS), stopLimitMs: 100 },
      list: processList(listPath()),
      say: () => undefined,
    });
    await supervised.ready;
    const pid = supervised.pid() as number;
    await supervised.stop();
    expect(processIdentity(pid)).toBeUndefined();
  });
});

describe('the layers', () => {
  test('go down from those who take orders to what they stand on, and nothing starts any more', async () => {
    const down: string[] = [];
    const layers = createLayers({ list: processList(listPath()), warn: (line) => down.push(line) });
    const [database, front] = [service('database', STAYS, down), service('api', STAYS, down)];
    await Promise.all([layers.supervise('database', database).ready, layers.supervise('front', front).ready]);
    await layers.stop();
    expect(down).toEqual(['api', 'database']);
    expect(() => layers.supervise('front', front)).toThrow('The start was cut off.');
  });
});

function service(name: string, script: string, ended: string[] = []): Service {
  const logFile = openLog(folder, name);
  return {
    ...{ name, logFile, readyLimitMs: 5_000, stopSignal: 'SIGTERM', stopLimitMs: 5_000 },
    spawn: () => {
      const log = openSync(logFile, 'a');
      const child = spawn(process.execPath, ['-e', script], { detached: true, stdio: ['ignore', log, log, 'ipc'] });
      child.once('exit', () => ended.push(name));
      return child;
    },
    waitUntilReady: (child) => new Promise((resolve) => child.once('message', () => resolve())),
  };
}
