import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { renderEnvExample } from '../../scripts/renderEnvExample';
import { renderSettingsTable } from '../../scripts/renderSettingsTable';
import { loadConfig } from '../../runtime/config';
import { ROOT } from './readCompose';

const read = (path: string) => readFileSync(join(ROOT, path), 'utf8');

/** After a change of runtime/config.ts: `npm run env:write`. */
describe('the settings', () => {
  test('stand in .env.example as they are in the code', () => {
    expect(read('.env.example')).toBe(renderEnvExample());
  });

  test('stand in docs/configuration.md as they are in the code', () => {
    const page = read('docs/configuration.md');
    expect(page).toBe(renderSettingsTable(page));
  });

  test('are those of the defaults when all of .env.example is taken over', () => {
    const lines = read('.env.example').matchAll(/^# ([A-Z_]+)=(.*)$/gm);
    const env = Object.fromEntries([...lines].map(([, name = '', value = '']) => [name, value]));
    const DATABASE_URL = 'postgres://127.0.0.1/oms';
    expect(loadConfig({ ...env, DATABASE_URL, NODE_ENV: 'development' })).toEqual(loadConfig({ DATABASE_URL }));
  });
});
