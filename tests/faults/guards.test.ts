import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { guards } from '../../faults/prove/guards';

const ROOT = resolve(__dirname, '../..');
const read = (file: string): string => readFileSync(join(ROOT, file), 'utf8');

/** `npm run faults:prove` takes long, so it does not run with every change: here is what a change could break unseen. */
describe('a guard that is to be taken away', () => {
  test.each(guards.map((guard) => [guard.name, guard] as const))(
    '%s: stands where it is said to be, once',
    (_name, guard) => {
      const places = guard.edits.map(({ file, find }) => ({ file, find, times: read(file).split(find).length - 1 }));
      expect(places.filter(({ times }) => times !== 1)).toEqual([]);
      for (const { find, replace } of guard.edits) expect(replace).not.toBe(find);
    },
  );

  test('is missed by a test that is there', () => {
    const missing = guards.flatMap(({ tests }) => tests).filter((file) => !existsSync(join(ROOT, file)));
    expect(missing).toEqual([]);
    expect(guards.filter(({ tests }) => tests.length === 0)).toEqual([]);
  });

  test('has a name of its own', () => {
    const names = guards.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
  });
});
