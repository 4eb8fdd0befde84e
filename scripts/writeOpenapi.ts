import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { buildOpenapi } from '../api/openapi';
import { routes } from '../api/routes';

// `--check` only compares: a change of the API shows in the document of the same commit.
const file = join(__dirname, '../docs/openapi.json');
const text = `${JSON.stringify(buildOpenapi(routes), null, 2)}\n`;

if (!process.argv.includes('--check')) {
  writeFileSync(file, text);
} else if (readFileSync(file, 'utf8') !== text) {
  console.error('docs/openapi.json is not what the routes say; run: npm run openapi:write');
  process.exitCode = 1;
}
