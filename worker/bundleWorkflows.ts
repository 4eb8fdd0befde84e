import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, readdirSync, renameSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { bundleWorkflowCode, DefaultLogger } from '@temporalio/worker';

const ROOT = resolve(__dirname, '..');
/** Whatever can change the bundle: the workflows, the rules they use, and the versions of the packages. */
const SOURCES = ['workflows', 'domain'];

/**
 * Builds the workflow bundle, or takes the one built from the very same sources before. `encodeFailures`: for workers that
 * encrypt, whose failures then leave the sandbox as payloads. @returns its path.
 */
export async function bundleWorkflows(
  folder: string,
  { encodeFailures = false }: { encodeFailures?: boolean } = {},
): Promise<string> {
  const path = join(folder, `workflows-${fingerprintSources()}${encodeFailures ? '.encoded' : ''}.js`);
  if (existsSync(path)) return path;
  const { code } = await bundleWorkflowCode({
    workflowsPath: require.resolve('../workflows'),
    ...(encodeFailures && { failureConverterPath: require.resolve('../workflows/shared/failureConverter') }),
    logger: new DefaultLogger('WARN'),
  });
  mkdirSync(folder, { recursive: true });
  const unfinished = `${path}.${process.pid}`;
  writeFileSync(unfinished, code);
  renameSync(unfinished, path);
  return path;
}

function fingerprintSources(): string {
  const hash = createHash('sha256');
  const files = SOURCES.flatMap((source) =>
    readdirSync(join(ROOT, source), { recursive: true, encoding: 'utf8' }).map((file) => join(source, file)),
  ).filter((file) => /\.(ts|js)$/.test(file));
  for (const file of [...files.sort(), 'package.json']) hash.update(file).update(readFileSync(join(ROOT, file)));
  return hash.digest('hex').slice(0, 16);
}
