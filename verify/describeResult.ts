import type { InvariantResult } from './runInvariants';

const SHOWN = 20;
const MARKS = { holds: 'ok', broken: 'BROKEN', unreadable: 'UNREADABLE', skipped: 'skipped' } as const;

/** One line for an invariant that holds; of one that does not, the first breaches and how many more there are. */
export function describeResult({ name, title, state, checked, breaches, reason, ms }: InvariantResult): string {
  const count = state === 'broken' ? `${breaches.length} broken, ${checked} checked` : `${checked} checked`;
  const outcome = reason ?? `${count}, ${ms} ms`;
  const lines = breaches.slice(0, SHOWN).map(({ id, what }) => `             ${id}  ${what}`);
  const more = breaches.length > SHOWN ? [`             … and ${breaches.length - SHOWN} more`] : [];
  return [`${MARKS[state].padEnd(11)}${name.padEnd(15)}${title}: ${outcome}`, ...lines, ...more].join('\n');
}
