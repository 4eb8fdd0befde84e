import { copyFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { bundleWorkflows } from '../worker/bundleWorkflows';

/** `npm run build`: the workflows as one file, for WORKFLOW_BUNDLE, and its twin for workers that encrypt. The replay tests have run it. */
async function buildWorkflowBundle(): Promise<void> {
  const root = resolve(__dirname, '..');
  const bundles = join(root, '.oms', 'bundles');
  copyFileSync(await bundleWorkflows(bundles), join(root, 'dist', 'workflow-bundle.js'));
  const encoded = await bundleWorkflows(bundles, { encodeFailures: true });
  copyFileSync(encoded, join(root, 'dist', 'workflow-bundle.encoded.js'));
}

void buildWorkflowBundle();
