import { cpSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { bundleWorkflowCode, DefaultLogger } from '@temporalio/worker';

const ROOT = resolve(__dirname, '../..');
export const PATCH = '2026-12-01-second-look';

/**
 * The workflow bundle of a release after this one: the same code, but that orders rest for a moment before they are booked,
 * behind a patch. @returns its path.
 */
export async function bundleNextRelease(): Promise<string> {
  // Inside the repository, so that its packages are found from there.
  const folder = mkdtempSync(join(ROOT, '.oms', 'next-release-'));
  for (const part of ['workflows', 'domain']) cpSync(join(ROOT, part), join(folder, part), { recursive: true });
  const story = join(folder, 'workflows/orders/shipParcels.ts');
  const before = readFileSync(story, 'utf8');
  const step = '  parcel.begun = true;\n';
  if (!before.includes(step))
    throw new Error(`${story} has no place for a second look: it does not have the line${step}`);
  const secondLook = `  if (release.patched('${PATCH}')) await release.sleep('1ms', { summary: 'A second look' });\n`;
  writeFileSync(story, `import * as release from '@temporalio/workflow';\n${before.replace(step, secondLook + step)}`);
  const { code } = await bundleWorkflowCode({
    workflowsPath: join(folder, 'workflows/index.ts'),
    logger: new DefaultLogger('WARN'),
  });
  const path = join(folder, 'workflow-bundle.js');
  writeFileSync(path, code);
  return path;
}
