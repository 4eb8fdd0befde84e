import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { chooseScenarios } from '../../faults/chooseScenarios';
import { runVerify } from '../../faults/judge/runVerify';
import { isGood, type Outcome } from '../../faults/judge/outcome';
import { readArguments } from '../../faults/readArguments';
import { renderTable } from '../../faults/report/renderTable';
import { runScenarios } from '../../faults/runScenarios';
import type { Scenario } from '../../faults/scenario';
import { scenarios } from '../../faults/scenarios';

const good: Outcome = {
  ...{ id: 'F3', title: 'kill -9 of Temporal', seed: 7, orders: 48, effects: 138, firstMs: 1_120, allMs: 24_900 },
  ...{ tookMs: 39_800, notes: ['35 orders were taken meanwhile'], breaches: [], stuck: [] },
};

let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'oms-judgement-'))));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** What `npm run verify` prints and ends with, without a system. */
const verifyWith = (document: unknown, exitCode: number) => {
  const program = join(folder, 'verify.js');
  writeFileSync(
    program,
    `console.log(${JSON.stringify(typeof document === 'string' ? document : JSON.stringify(document))});
     process.exitCode = ${exitCode};`,
  );
  return runVerify({ runFile: 'run.json', acknowledgedFile: 'ids', logs: 'logs', program: [program] });
};
const invariant = (changes: object) => ({
  ...{ name: 'money', state: 'holds', reason: null, broken: 0, breaches: [] },
  ...changes,
});

describe('what verify says', () => {
  test('is nothing when all of it holds, or can be skipped', async () => {
    const report = { invariants: [invariant({}), invariant({ name: 'logs', state: 'skipped' })] };
    expect(await verifyWith(report, 0)).toEqual([]);
  });

  test('is each breach, the first ones in words and the rest as a number', async () => {
    const breaches = Array.from({ length: 9 }, (_, index) => ({ id: `ord_${index}`, what: 'captured twice' }));
    const found = await verifyWith({ invariants: [invariant({ state: 'broken', broken: 9, breaches })] }, 1);
    expect(found[0]).toBe('money: ord_0: captured twice');
    expect(found.at(-1)).toBe('money: and 4 more');
    expect(found).toHaveLength(6);
  });

  test('counts against the system when it could not be read, or says nothing that can be understood', async () => {
    const unreadable = { invariants: [invariant({ state: 'unreadable', reason: 'Temporal is away' })] };
    expect(await verifyWith(unreadable, 2)).toEqual(['money could not be read: Temporal is away']);
    expect(await verifyWith('out of memory', 134)).toEqual([expect.stringContaining('out of memory')]);
    expect(await verifyWith({ invariants: [] }, 1)).toEqual(['verify ended with 1, and tells of no breach']);
  });
});

describe('the outcomes', () => {
  test('are a table with a line for each scenario, and how a bad one is run again', () => {
    const bad = {
      ...good,
      id: 'F4',
      title: 'Postgres',
      allMs: null,
      breaches: ['money: captured twice'],
      stuck: ['ord_1'],
    };
    const skipped = { ...good, id: 'F5', title: 'full disk', notes: [], skipped: 'no disk can be mounted' };
    const lines = renderTable([good, bad, skipped]).split('\n');
    expect(lines[0]).toMatch(/^scenario +orders +effects +first done +all done +took +breaches +stuck$/);
    expect(lines[2]).toMatch(/^F3 kill -9 of Temporal +48 +138 +1\.1 s +24\.9 s +39\.8 s +0 +0$/);
    expect(lines[3]).toMatch(/^F4 Postgres +48 +138 +1\.1 s +- +39\.8 s +1 +1$/);
    expect(lines[4]).toMatch(/^F5 full disk +not run$/);
    expect(lines).toContain('F4 BREACH: money: captured twice');
    expect(lines).toContain('F4 STUCK: ord_1');
    expect(lines).toContain('F4 again: npm run faults -- --seed 7 --only F4');
    expect(lines).toContain('F5 was not run: no disk can be mounted');
    expect(lines.at(-1)).toBe('3 scenarios in 119.4 s, 1 with a breach or a stuck order');
  });

  test('are good only without a breach and without a stuck order', () => {
    expect(isGood(good)).toBe(true);
    expect(isGood({ ...good, breaches: ['something'] })).toBe(false);
    expect(isGood({ ...good, stuck: ['ord_1'] })).toBe(false);
  });

  test('tell of a system that does not come up, and go on with the next scenario', async () => {
    const scenario = (id: string): Scenario => ({ id, title: 'any', short: true, run: async () => undefined });
    const said: string[] = [];
    const keeper = {
      take: async () => Promise.reject(new Error('no Postgres to start')),
      discard: async () => undefined,
      stop: async () => void said.push('stopped'),
    };
    const outcomes = await runScenarios(
      [scenario('F1'), { ...scenario('F2'), obstacle: () => 'not on this machine' }, scenario('F3')],
      { seed: 7, long: false, say: (line) => void said.push(line), evidence: folder, keeper },
    );
    expect(outcomes.map(isGood)).toEqual([false, true, false]);
    expect(outcomes[0]?.breaches[0]).toContain('no Postgres to start');
    expect(outcomes[1]?.skipped).toBe('not on this machine');
    expect(said.at(-1)).toBe('stopped');
  });
});

test('the program ends with 1 when a scenario is not good, with the outcomes as JSON on stdout', async () => {
  const env = { ...process.env, OMS_PG_BIN: join(folder, 'nowhere') };
  const ended = promisify(execFile)(
    process.execPath,
    ['--import', 'tsx', 'faults/main.ts', '--only', 'F11', '--json', '--seed', '7'],
    { cwd: resolve(__dirname, '../..'), env },
  );
  const { code, stdout } = await ended.then(
    () => ({ code: 0, stdout: '' }),
    (error: { code: number; stdout: string }) => error,
  );
  expect(code).toBe(1);
  expect(JSON.parse(stdout)).toMatchObject([{ id: 'F11', seed: 7, breaches: [expect.stringContaining('OMS_PG_BIN')] }]);
});

describe('arguments', () => {
  test('choose the fixed seed for the short set, and a new one for all of them', () => {
    expect(readArguments([])).toMatchObject({ all: false, only: null, json: false });
    expect(readArguments([]).seed).toBe(readArguments([]).seed);
    expect(readArguments(['--all', '--seed', '12'])).toMatchObject({ all: true, seed: 12 });
    expect(readArguments(['--only', 'f3,F4']).only).toEqual(['F3', 'F4']);
    expect(() => readArguments(['--seed', 'now'])).toThrow('--seed has to be a whole number');
    expect(() => readArguments(['--fast'])).toThrow('--fast');
  });

  test('choose scenarios by their ids, and name one that is not there', () => {
    const ids = (given: string[]) => chooseScenarios(scenarios, readArguments(given)).map(({ id }) => id);
    expect(ids(['--only', 'F5,F3'])).toEqual(['F3', 'F5']);
    expect(ids(['--all'])).toHaveLength(scenarios.length);
    expect(ids([]).length).toBeLessThan(scenarios.length);
    expect(() => ids(['--only', 'F99'])).toThrow('there is no scenario F99');
  });

  test('and the scenarios have ids of their own', () => {
    expect(new Set(scenarios.map(({ id }) => id)).size).toBe(scenarios.length);
  });
});
