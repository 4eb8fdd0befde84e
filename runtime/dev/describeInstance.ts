import { join } from 'node:path';
import type { Terminal } from './createTerminal';
import { sampleOrder } from './placeSampleOrder';
import type { RunFile } from './runFile';

/** What one wants to know of a running instance: where everything is, with which keys, and what to try first. */
export function describeInstance({
  run,
  home,
  workflowUrl,
  terminal,
}: {
  run: RunFile;
  home: string;
  /** The sample order's page in the Temporal Web UI. */
  workflowUrl: string | undefined;
  terminal: Pick<Terminal, 'isRich' | 'colors'>;
}): string {
  const { bold, cyan, dim } = terminal.colors;
  const rows: [string, string][] = [
    ['API', run.api],
    ['API docs', `${run.api}/docs`],
    ['Temporal UI', workflowUrl ?? run.temporalUi],
    ['Mail inbox', `${run.sandbox}/inbox`],
    ['Channel key', run.keys.channel],
    ['Operator key', run.keys.ops],
    ['Admin key', run.keys.admin],
    ['Logs', join(home, 'logs')],
    ['Stop', 'Ctrl-C (a second one kills)'],
  ];
  const width = Math.max(...rows.map(([, value]) => value.length));
  const lines = rows.map(([label, value]) => ({
    plain: `${label.padEnd(14)}${value.padEnd(width)}`,
    shown: `${dim(label.padEnd(14))}${value.startsWith('http') ? cyan(value.padEnd(width)) : value.padEnd(width)}`,
  }));
  const length = 14 + width;
  const body = terminal.isRich
    ? [`╭${'─'.repeat(length + 4)}╮`, ...lines.map(({ shown }) => `│  ${shown}  │`), `╰${'─'.repeat(length + 4)}╯`]
    : lines.map(({ plain }) => `  ${plain.trimEnd()}`);
  return ['', ...body, '', bold('Try it:'), tryIt(run), ''].join('\n');
}

function tryIt(run: RunFile): string {
  const body = JSON.stringify(sampleOrder('WEB-1001'));
  return [
    `  curl -sS ${run.api}/v1/orders -H 'Authorization: Bearer ${run.keys.channel}' \\`,
    `    -H 'Idempotency-Key: WEB-1001' -H 'Content-Type: application/json' \\`,
    `    -d '${body}'`,
  ].join('\n');
}
