import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { z } from 'zod';
import { loadConfig } from '../config';

/** What is given to one kind of process alone, as JSON: a fault test has each of them go to its neighbours by another way. */
export const OWN_SETTINGS = { OMS_API_ENV: 'api', OMS_WORKER_ENV: 'worker', OMS_SANDBOX_ENV: 'sandbox' } as const;

const ownSettings = z
  .string()
  .default('{}')
  .transform((text, context) => {
    const parsed = z.record(z.string(), z.string()).safeParse(parseJson(text));
    if (parsed.success) return parsed.data;
    context.addIssue('must be a JSON object of texts, such as {"LOG_LEVEL": "debug"}');
    return z.NEVER;
  });
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
  OMS_API_ENV: ownSettings,
  OMS_WORKER_ENV: ownSettings,
  OMS_SANDBOX_ENV: ownSettings,
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
  const DATABASE_URL = parsed.data.DATABASE_URL ?? 'postgres://embedded/oms';
  for (const own of [parsed.data.OMS_API_ENV, parsed.data.OMS_WORKER_ENV])
    loadConfig({ ...env, DATABASE_URL, DATABASE_URL_FILE: undefined, ...own });
  const home = resolve(parsed.data.OMS_HOME ?? join(root, '.oms'));
  return { ...parsed.data, root, home, binFolders: [join(root, '.oms', 'bin'), join(home, 'bin')] };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
