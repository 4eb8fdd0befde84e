import { copyFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { bundleWorkflows } from '../worker/bundleWorkflows';

/** `npm run build`: the workflows as one file, for WORKFLOW_BUNDLE. It is the bundle that the replay tests have run. */
async function buildWorkflowBundle(): Promise<void> {
  const root = resolve(__dirname, '..');
  copyFileSync(await bundleWorkflows(join(root, '.oms', 'bundles')), join(root, 'dist', 'workflow-bundle.js'));
}

void buildWorkflowBundle();
