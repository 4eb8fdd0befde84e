import { resolve } from 'node:path';
import type { Guard } from './guard';
import { guards } from './guards';
import { runJest } from './runJest';
import { makeScratchCopy, type ScratchCopy } from './scratchCopy';

const ROOT = resolve(__dirname, '../..');
const BASELINE_LIMIT_MS = 600_000;

/**
 * `npm run faults:prove [part of a name …]`: takes the guards away one after the other, in a copy of the sources, and shows
 * which test notices. A guard that no test misses is not proven to be one.
 */
async function main(words: readonly string[]): Promise<number> {
  const chosen = guards.filter(({ name }) => words.length === 0 || words.some((word) => name.includes(word)));
  if (chosen.length === 0) throw new Error(`no guard has one of these in its name: ${words.join(', ')}`);
  const start = Date.now();
  const copy = makeScratchCopy(ROOT);
  const leave = () => copy.remove();
  process.once('exit', leave);
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1));

  if (!(await isGreen(copy, chosen))) return 1;
  let unproven = 0;
  for (const guard of chosen) {
    const began = Date.now();
    const { verdict, by } = await proveGuard(copy, guard);
    if (verdict !== 'caught') unproven += 1;
    say(`${verdict.padEnd(9)} ${guard.name} (${((Date.now() - began) / 1000).toFixed(0)} s)`);
    for (const file of new Set(guard.edits.map((edit) => edit.file))) say(`          in ${file}`);
    if (guard.depth !== undefined) say(`          ${guard.depth}`);
    say(`          ${by}`);
  }
  const minutes = ((Date.now() - start) / 60_000).toFixed(1);
  say(
    `${chosen.length - unproven} of ${chosen.length} guards are missed by a test when they are gone; ${minutes} minutes`,
  );
  return unproven === 0 ? 0 : 1;
}

/** A test that is red anyway proves nothing. */
async function isGreen(copy: ScratchCopy, chosen: readonly Guard[]): Promise<boolean> {
  const tests = [...new Set(chosen.flatMap((guard) => guard.tests))];
  const whole = chosen.some((guard) => guard.title === undefined);
  const titles = [...new Set(chosen.flatMap((guard) => guard.title ?? []))];
  const title = whole ? undefined : titles.join('|');
  const { failed, broken, passed, output } = await runJest(copy.path, { tests, title }, BASELINE_LIMIT_MS);
  const red = [...failed, ...broken];
  if (red.length === 0 && passed > 0) return true;
  say(output);
  say(`with all guards in place these fail, so that they would prove nothing: ${red.join('; ')}`);
  return false;
}

/** `BROKEN`: the tests could not run at all, which proves as little as none that fails. */
async function proveGuard(
  copy: ScratchCopy,
  guard: Guard,
): Promise<{ verdict: 'caught' | 'SURVIVED' | 'BROKEN'; by: string }> {
  const restore = copy.edit(guard.edits);
  try {
    const { passed, failed, broken, output } = await runJest(copy.path, guard);
    if (failed[0] !== undefined) return { verdict: 'caught', by: `by "${failed[0]}"` };
    if (broken.length > 0) return { verdict: 'BROKEN', by: `${broken.join(', ')}: ${output.slice(-1_500)}` };
    if (passed === 0) return { verdict: 'BROKEN', by: `no test of ${guard.tests.join(', ')} is called ${guard.title}` };
    return { verdict: 'SURVIVED', by: `none of ${guard.tests.join(', ')} failed` };
  } finally {
    restore();
  }
}

const say = (line: string): void => void process.stdout.write(`${line}\n`);

main(process.argv.slice(2)).then(
  (code) => process.exit(code),
  (error: unknown) => {
    process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
    process.exit(1);
  },
);
