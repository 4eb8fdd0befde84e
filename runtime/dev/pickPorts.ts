import { pickPort } from './pickPort';
import type { Settings } from './readSettings';

export interface Ports {
  api: number;
  sandbox: number;
  smtp: number;
  postgres: number;
  temporal: number;
  temporalUi: number;
}

const DEFAULTS: Ports = { api: 3000, sandbox: 3010, smtp: 3025, postgres: 15432, temporal: 7233, temporalUi: 8233 };

/** A port for each server: the one set, else the usual one, else a free one. @throws {Error} when one that was set is taken. */
export async function pickPorts(
  settings: Pick<Settings, 'API_PORT' | 'SANDBOX_PORT' | 'SANDBOX_SMTP_PORT'>,
): Promise<Ports> {
  const fixed = { api: settings.API_PORT, sandbox: settings.SANDBOX_PORT, smtp: settings.SANDBOX_SMTP_PORT };
  const names = { api: 'API_PORT', sandbox: 'SANDBOX_PORT', smtp: 'SANDBOX_SMTP_PORT' };
  const ports = { ...DEFAULTS };
  for (const key of Object.keys(names) as (keyof typeof names)[]) {
    const wanted = fixed[key];
    if (wanted === undefined) continue;
    ports[key] = await pickPort(wanted);
    if (ports[key] !== wanted) throw new Error(`${names[key]} is ${wanted}, but another program uses that port.`);
  }
  for (const key of Object.keys(DEFAULTS) as (keyof Ports)[]) {
    if (key in fixed && fixed[key as keyof typeof fixed] !== undefined) continue;
    ports[key] = await pickPort(DEFAULTS[key]);
  }
  return ports;
}
