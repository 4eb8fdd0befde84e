import { readFileSync, writeFileSync } from 'node:fs';
import { cpus, totalmem } from 'node:os';
import { resolve } from 'node:path';
import { format, resolveConfig } from 'prettier';
import type { Finding, Measurement } from './measurement';

const PAGE = resolve(__dirname, '../docs/performance.md');

/** What a figure depends on. */
export function describeMachine(): string {
  const models = cpus();
  const { version } = process;
  return `${models.length} processors (${models[0]?.model.trim() ?? 'unknown'}), ${Math.round(totalmem() / 2 ** 30)} GB, Node ${version}`;
}

/** Puts a finding into docs/performance.md, in the place of the one that stands there: between the two comments of its name. */
export async function writeFinding({ name, title, about }: Measurement, { text }: Finding): Promise<void> {
  const page = readFileSync(PAGE, 'utf8');
  const [begin, end] = [`<!-- bench ${name} -->`, `<!-- end of ${name} -->`];
  const from = page.indexOf(begin);
  const to = page.indexOf(end);
  if (from === -1 || to < from) throw new Error(`docs/performance.md has no place for ${name}: ${begin} … ${end}`);
  const date = new Date().toISOString().slice(0, 10);
  const section = `${begin}\n\n### ${title}\n\n${about}\n\nMeasured on ${date} by \`npm run bench -- --only ${name}\`, on ${describeMachine()}.\n\n${text}\n\n`;
  const written = page.slice(0, from) + section + page.slice(to);
  writeFileSync(PAGE, await format(written, { ...(await resolveConfig(PAGE)), filepath: PAGE }));
}
