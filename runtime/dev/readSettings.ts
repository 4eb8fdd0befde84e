import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { z } from 'zod';
import { loadConfig } from '../config';

const port = z.coerce.number().int().min(1).max(65535).optional();

/** What the launcher itself wants to know; all else goes through to the processes it starts. */
const schema = z.object({
  OMS_HOME: z.string().optional(),
  OMS_PG_BIN: z.string().optional(),
  OMS_TEMPORAL_STORE: z.enum(['file', 'memory']).default('file'),
  OMS_WORKERS: z.coerce.number().int().min(1).max(16).default(1),
  DATABASE_URL: z.string().optional(),
  TEMPORAL_ADDRESS: z.string().optional(),
  TEMPORAL_CLI_PATH: z.string().optional(),
  TEMPORAL_NAMESPACE: z.string().default('default'),
  TEMPORAL_UI_URL: z.string().optional(),
  API_PORT: port,
  SANDBOX_PORT: port,
  SANDBOX_SMTP_PORT: port,
});

export interface Settings extends z.infer<typeof schema> {
  root: string;
  home: string;
  /** Folders in which a fetched Temporal program is kept: shared by all instances of this checkout where that is possible. */
  binFolders: string[];
}

/** @throws {Error} naming each wrong setting, those of the processes to be started included: before anything is started. */
export function readSettings(env: NodeJS.ProcessEnv, root: string): Settings {
  const given = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== ''));
  for (const name of Object.keys(schema.shape)) {
    const file = given[`${name}_FILE`];
    if (file !== undefined) given[name] = readFileSync(file, 'utf8').trim();
  }
  const parsed = schema.safeParse(given);
  if (!parsed.success) {
    const lines = parsed.error.issues.map(
      ({ path, message }) => `${String(path[0])} is wrong (${JSON.stringify(given[String(path[0])])}): ${message}`,
    );
    throw new Error(`These settings have to be mended before anything starts:\n  - ${lines.join('\n  - ')}`);
  }
  loadConfig({
    ...env,
    DATABASE_URL: parsed.data.DATABASE_URL ?? 'postgres://embedded/oms',
    DATABASE_URL_FILE: undefined,
  });
  const home = resolve(parsed.data.OMS_HOME ?? join(root, '.oms'));
  return { ...parsed.data, root, home, binFolders: [join(root, '.oms', 'bin'), join(home, 'bin')] };
}
