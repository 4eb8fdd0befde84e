import { decideSync } from '../../../domain/inventory/outsideLevel';

const AS_OF = '2026-03-01T12:00:00.000Z';
const theirs = (onHand: number) => ({ sku: 'A', location: 'loc-1', onHand, asOf: AS_OF });
const ours = { onHand: 10, held: 4, since: 0, syncedTo: null };

it.each([
  ['moves the level by the difference', 13, {}, { kind: 'move', units: 3 }],
  ['moves it down to what is held, and no lower', 4, {}, { kind: 'move', units: -6 }],
  [
    'is refused below what is held',
    3,
    {},
    { kind: 'problem', problem: '3 would be on hand, and 4 are reserved, damaged or held back' },
  ],
  ['leaves the level where it is the same', 10, {}, { kind: 'unchanged' }],
  ['keeps what has left here since', 12, { since: -2 }, { kind: 'unchanged' }],
  ['keeps what has come here since', 8, { since: 5 }, { kind: 'move', units: 3 }],
  [
    'is refused where more has left since than was there',
    1,
    { since: -2 },
    { kind: 'problem', problem: '1 were on hand, and 2 have left since' },
  ],
  ['is nothing where it is older than what was taken over', 13, { syncedTo: Date.parse(AS_OF) + 1 }, { kind: 'stale' }],
  ['counts again where it is as old', 13, { syncedTo: Date.parse(AS_OF) }, { kind: 'move', units: 3 }],
])('the word of an outside system %s', (_what, onHand, more, decision) => {
  expect(decideSync(theirs(onHand), { ...ours, ...more })).toEqual(decision);
});
