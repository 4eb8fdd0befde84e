import { parseArgs } from 'node:util';

export interface Arguments {
  seed: number;
  /** Ids of the scenarios to run; null for all of the set. */
  only: readonly string[] | null;
  /** Every scenario, and each in its long form. */
  all: boolean;
  json: boolean;
  help: boolean;
}

export const USAGE = `Usage: npm run faults [-- flags]

Breaks the real system in the ways of docs/testing.md while orders come in, then checks that none was lost, stuck or done
twice. Ends with a table, and with 1 when anything was.

  --seed N      the same run again; the short set has a fixed one, --all takes a new one each time
  --only F3,F4  these scenarios alone
  --all         every scenario, each in its long form
  --json        the outcomes as JSON on stdout, progress on stderr
  --help        show this
`;

/** Of the run that every change has to pass: always the same. */
const FIXED_SEED = 20_261_124;
const LARGEST_SEED = 2 ** 32 - 1;

/** @throws {Error} naming a flag or a seed that makes no sense. */
export function readArguments(args: readonly string[]): Arguments {
  const { values } = parseArgs({
    args: [...args],
    options: {
      seed: { type: 'string' },
      only: { type: 'string' },
      all: { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false, short: 'h' },
    },
  });
  const { all, json, help } = values;
  const seed = values.seed === undefined ? (all ? Date.now() % LARGEST_SEED : FIXED_SEED) : Number(values.seed);
  if (!Number.isInteger(seed) || seed < 0 || seed > LARGEST_SEED)
    throw new Error(`--seed has to be a whole number from 0 to ${LARGEST_SEED}`);
  const only = values.only?.split(',').map((id) => id.trim().toUpperCase()) ?? null;
  return { seed, only, all, json, help };
}
