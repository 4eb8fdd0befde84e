/** Numbers that look like chance and are the same for the same seed: what a run did can be done again. */
export interface Random {
  /** From 0 up to 1. */
  next(): number;
  /** A whole number, both ends included. */
  int(min: number, max: number): number;
  /** True in this share of cases. */
  chance(share: number): boolean;
  pick<T>(of: readonly T[]): T;
  shuffle<T>(of: readonly T[]): T[];
  /** Another sequence, its own for each name: who draws from it changes nothing for anybody else. */
  fork(name: string): Random;
}

/** mulberry32: small, fast and good enough to choose faults by. */
export function createRandom(seed: number): Random {
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const int = (min: number, max: number): number => min + Math.floor(next() * (max - min + 1));
  return {
    next,
    int,
    chance: (share) => next() < share,
    pick(of) {
      if (of.length === 0) throw new RangeError('there is nothing to pick from');
      return of[int(0, of.length - 1)] as (typeof of)[number];
    },
    shuffle(of) {
      const rest = [...of];
      for (let last = rest.length - 1; last > 0; last -= 1) {
        const place = int(0, last);
        [rest[last], rest[place]] = [rest[place], rest[last]] as [(typeof of)[number], (typeof of)[number]];
      }
      return rest;
    },
    fork: (name) => createRandom(hash(`${seed}:${name}`)),
  };
}

/** FNV-1a, 32 bits. */
function hash(text: string): number {
  let value = 0x811c9dc5;
  for (const byte of Buffer.from(text)) value = Math.imul(value ^ byte, 0x01000193) >>> 0;
  return value;
}
