import { readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { renderEnvExample } from './renderEnvExample';
import { renderSettingsTable } from './renderSettingsTable';

/** `npm run env:write`: writes down the settings wherever they are written down. */
const root = resolve(__dirname, '..');
const page = join(root, 'docs/configuration.md');
writeFileSync(join(root, '.env.example'), renderEnvExample());
writeFileSync(page, renderSettingsTable(readFileSync(page, 'utf8')));
