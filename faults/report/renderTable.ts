import { isGood, type Outcome } from '../judge/outcome';

const HEAD = ['scenario', 'orders', 'effects', 'first done', 'all done', 'took', 'breaches', 'stuck'];

const seconds = (ms: number | null): string => (ms === null ? '-' : `${(ms / 1000).toFixed(1)} s`);

/** The outcomes as a table, and below it what was seen on the way and what must not have been. */
export function renderTable(outcomes: readonly Outcome[]): string {
  const rows = outcomes.map((outcome) =>
    outcome.skipped === undefined
      ? [
          `${outcome.id} ${outcome.title}`,
          String(outcome.orders),
          String(outcome.effects),
          seconds(outcome.firstMs),
          seconds(outcome.allMs),
          seconds(outcome.tookMs),
          String(outcome.breaches.length),
          String(outcome.stuck.length),
        ]
      : [`${outcome.id} ${outcome.title}`, 'not run', '', '', '', '', '', ''],
  );
  const widths = HEAD.map((title, column) => Math.max(title.length, ...rows.map((row) => (row[column] ?? '').length)));
  const line = (cells: readonly string[]) =>
    cells
      .map((cell, column) => (column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0)))
      .join('  ')
      .trimEnd();
  const remarks = outcomes.flatMap((outcome) => [
    ...(outcome.skipped === undefined ? [] : [`${outcome.id} was not run: ${outcome.skipped}`]),
    ...outcome.notes.map((note) => `${outcome.id}: ${note}`),
    ...outcome.breaches.map((breach) => `${outcome.id} BREACH: ${breach}`),
    ...outcome.stuck.map((order) => `${outcome.id} STUCK: ${order}`),
    ...(isGood(outcome) ? [] : [`${outcome.id} again: npm run faults -- --seed ${outcome.seed} --only ${outcome.id}`]),
  ]);
  const total = outcomes.reduce((sum, { tookMs }) => sum + tookMs, 0);
  const bad = outcomes.filter((outcome) => !isGood(outcome)).length;
  return [
    line(HEAD),
    line(widths.map((width) => '-'.repeat(width))),
    ...rows.map(line),
    '',
    ...remarks,
    `${outcomes.length} scenarios in ${seconds(total)}, ${bad === 0 ? 'none' : bad} with a breach or a stuck order`,
  ].join('\n');
}
